internal import ComplexModule
internal import Krylov
internal import LinearAlgebra
internal import RealModule

/// First guesses from the solutions so far.
public enum InitialGuess: String, Sendable, CaseIterable {
  /// Zero.
  case zero
  /// The solution of the system before.
  case previous
  /// The combination of the last eight solutions whose residual is smallest: a reduced basis of
  /// what was just computed.
  case reduced
}

/// The last solutions, orthonormal, and the guess they give.
///
/// - Source: Fischer, *Projection techniques for iterative solution of Ax = b with successive
///   right-hand sides*, Comput. Methods Appl. Mech. Eng. 163 (1998).
struct GuessHistory<S: Scalar>: Sendable {
  let kind: InitialGuess
  private var solutions: [[S]] = []
  private static var size: Int { 8 }

  init(_ kind: InitialGuess) { self.kind = kind }

  /// The guess, and the products with A it took; nil for zero.
  func guess(_ a: SparseMatrix<S>, _ b: [S]) -> (x: [S], products: Int)? {
    guard let last = solutions.last, last.count == b.count else { return nil }
    switch kind {
    case .zero: return nil
    case .previous: return (last, 0)
    case .reduced:
      let same = solutions.filter { $0.count == b.count }
      guard
        let basis = try? PivotedQR(
          DenseMatrix(rowCount: b.count, columns: same), tolerance: 1e-10),
        basis.rank > 0
      else { return nil }
      let q = basis.q.columns(0..<basis.rank)
      guard
        let y = try? QR(a.applied(to: q)).solveLeastSquares(
          DenseMatrix(rowCount: b.count, columnCount: 1, values: b))
      else { return nil }
      return (q * y.values, basis.rank)
    }
  }

  mutating func append(_ x: [S]) {
    guard kind != .zero, x.allSatisfy({ $0.isFinite }) else { return }
    if solutions.count == (kind == .previous ? 1 : Self.size) { solutions.removeFirst() }
    solutions.append(x)
  }
}
