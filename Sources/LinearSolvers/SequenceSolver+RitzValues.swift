public import ComplexModule
internal import Krylov
public import LinearAlgebra
public import RealModule

extension SequenceSolver {
  /// Ritz values of A M⁻¹ from b, M of the kind the sequence uses; none where M cannot be made.
  public func ritzValues(
    _ a: SparseMatrix<S>, _ b: [S], _ kind: PreconditionerKind, steps: Int = 40
  ) -> [Complex<Double>] {
    var prepared = PreparedPreconditioner<S>(kind, settings)
    guard (try? prepared.follow(a)) != nil, let m = prepared.current else { return [] }
    return Self.ritzValues(a, b, m, steps)
  }

  private static func ritzValues<M: Preconditioner>(
    _ a: SparseMatrix<S>, _ b: [S], _ m: M, _ steps: Int
  ) -> [Complex<Double>] where M.Element == S {
    (try? RitzValues(a, preconditioner: m, start: b, steps: steps).values) ?? []
  }
}
