/// The minimum of a function of few variables in a box by the simplex method, which needs values
/// only; a step that leaves the box is brought back to its surface.
///
/// - Source: Nelder, Mead, *A simplex method for function minimization*, Comput. J. 7 (1965).
struct NelderMead: Sendable {
  let lower: [Double]
  let upper: [Double]
  /// The simplex has shrunk to the minimum when it is this wide.
  let width: Double
  let evaluations: Int

  /// Minimises from a start, with a first simplex of edges `step`.
  func minimum(
    of f: ([Double]) -> Double, from start: [Double], step: Double
  ) -> (point: [Double], value: Double) {
    func inBox(_ x: [Double]) -> [Double] {
      x.indices.map { max(lower[$0], min(upper[$0], x[$0])) }
    }
    let n = start.count
    var left = evaluations
    func value(_ x: [Double]) -> Double {
      left -= 1
      let y = f(x)
      return y.isNaN ? .infinity : y
    }
    var simplex = [(point: [Double], value: Double)]()
    for k in 0...n {
      var x = inBox(start)
      if k > 0 { x[k - 1] += x[k - 1] + step <= upper[k - 1] ? step : -step }
      let y = inBox(x)
      simplex.append((y, value(y)))
    }
    while left > 0 {
      simplex.sort { $0.value < $1.value }
      let extent = (0..<n).reduce(0.0) { widest, k in
        let places = simplex.map { $0.point[k] }
        return max(widest, (places.max() ?? 0) - (places.min() ?? 0))
      }
      guard extent > width else { break }
      let centre = (0..<n).map { k in
        simplex[..<n].reduce(0) { $0 + $1.point[k] } / Double(n)
      }
      let worst = simplex[n]
      func along(_ t: Double) -> (point: [Double], value: Double) {
        let x = inBox((0..<n).map { centre[$0] + t * (worst.point[$0] - centre[$0]) })
        return (x, value(x))
      }
      let mirrored = along(-1)
      if mirrored.value < simplex[0].value {
        let further = along(-2)
        simplex[n] = further.value < mirrored.value ? further : mirrored
      } else if mirrored.value < simplex[n - 1].value {
        simplex[n] = mirrored
      } else {
        let nearer = along(mirrored.value < worst.value ? -0.5 : 0.5)
        if nearer.value < min(mirrored.value, worst.value) {
          simplex[n] = nearer
        } else {
          for k in 1...n {
            let x = zip(simplex[0].point, simplex[k].point).map { ($0 + $1) / 2 }
            simplex[k] = (x, value(x))
          }
        }
      }
    }
    return simplex.min { $0.value < $1.value } ?? (start, .infinity)
  }
}
