internal import LinearAlgebra
internal import RealModule

extension Communicator {
  /// Inner products with one reduction for all of them.
  func dots<S: Scalar>(_ pairs: (x: [S], y: [S])...) -> [S] {
    var sums = pairs.map { dot($0.x, $0.y) }
    sum(&sums)
    return sums
  }

  /// ‖x‖₂ over all ranks.
  func length<S: Scalar>(_ x: [S]) -> Double { dots((x, x))[0].realPart.squareRoot() }
}
