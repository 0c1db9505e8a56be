internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// A field from its values at few points: the coordinates in given modes that fit them best.
///
/// A solve reads two small matrices and allocates nothing; its misfit ρ = ‖Ψ_S z − p̂‖ tells how far
/// the values are from anything the modes can be.
///
/// - Source: Everson, Sirovich, *Karhunen–Loève procedure for gappy data*, J. Opt. Soc. Am. A 12
///   (1995).
public struct GappyPOD<S: Scalar>: Sendable {
  /// The rows S of the modes whose values are given, in the order of the values.
  public let points: [Int]
  /// r.
  public let modeCount: Int
  /// σ₁/σ_r of the modes at the points.
  public let conditionNumber: Double
  /// ‖Ψ_S⁺‖₂: how much an error of the values weighs in the coordinates; of modes with orthonormal
  /// columns also how much farther the result is than the best approximation, at most.
  public let inverseNorm: Double
  /// Qᴴ, a contiguous column for each point.
  private let adjointQ: [S]
  /// R, by columns.
  private let triangle: [S]

  /// Factorizes the modes at the points.
  ///
  /// - Parameters:
  ///   - modes: Ψ, n × r; of all components of a field one after the other, if it has several.
  ///   - points: S, rows of Ψ.
  /// - Throws: `mismatch` for fewer points than modes or a row that does not exist; `notFinite`;
  ///   `factorization(.singular)` where the points do not see all modes.
  public init(_ modes: DenseMatrix<S>, points: [Int]) throws(HyperReductionError) {
    let r = modes.columnCount
    guard points.count >= r, points.allSatisfy({ $0 >= 0 && $0 < modes.rowCount }) else {
      throw .mismatch(
        what: "reconstruction from points",
        found: "\(points.count) points, the last row \(points.max() ?? -1)",
        expected: "at least \(r), one for each mode, among rows 0 to \(modes.rowCount - 1)")
    }
    let seen = modes.gathering(rows: points)
    if let (row, column) = seen.firstNonFiniteEntry {
      throw .notFinite(what: "modes", row: column, point: points[row])
    }
    (self.points, modeCount) = (points, r)
    guard r > 0 else {
      (conditionNumber, inverseNorm, adjointQ, triangle) = (1, 0, [], [])
      return
    }
    do throws(FactorizationError) {
      let qr = try QR(seen)
      let sigma = try SVD.singularValues(of: qr.r)
      // Coordinates would have no digit.
      guard sigma[r - 1] > 8 * Double(points.count) * Double.ulpOfOne * sigma[0] else {
        throw .singular(pivot: r - 1)
      }
      (conditionNumber, inverseNorm) = (sigma[0] / sigma[r - 1], 1 / sigma[r - 1])
      (adjointQ, triangle) = (qr.q.adjoint().values, qr.r.values)
    } catch {
      throw .factorization(error)
    }
  }

  /// z, the coordinates that minimise ‖Ψ_S z − p̂‖, and the misfit ρ that is left.
  ///
  /// - Parameters:
  ///   - samples: p̂, one value for each point.
  ///   - z: Overwritten; one entry for each mode.
  /// - Returns: ρ.
  /// - Precondition: The sizes fit.
  /// - Complexity: O(m r), no allocation.
  @discardableResult
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func solve(_ samples: [S], into z: inout [S]) -> Double {
    let (m, r) = (points.count, modeCount)
    precondition(
      samples.count == m && z.count == r,
      "\(samples.count) values at \(m) points, \(z.count) coordinates of \(r) modes")
    for k in 0..<r { z[k] = S.zero }
    for i in 0..<m {
      let value = samples[i]
      for k in 0..<r { z[k] += adjointQ[i * r + k] * value }
    }
    // p̂ − Q Qᴴ p̂, entry by entry: no difference of squares, which would hide a small misfit.
    var square = 0.0
    for i in 0..<m {
      var rest = samples[i]
      for k in 0..<r { rest -= adjointQ[i * r + k].conjugate * z[k] }
      square += (rest.conjugate * rest).realPart
    }
    for k in stride(from: r - 1, through: 0, by: -1) {
      z[k] /= triangle[k + k * r]
      for i in 0..<k { z[i] -= z[k] * triangle[i + k * r] }
    }
    return square.squareRoot()
  }

  /// The coordinates that fit the values best.
  public func coordinates(of samples: [S]) -> [S] {
    var z = [S](repeating: S.zero, count: modeCount)
    solve(samples, into: &z)
    return z
  }

  /// η = ρ / (√m p_ref), the indicator that grows with the error of the reduced answer.
  ///
  /// The reference is one number for all steps, such as the largest root mean square of p in
  /// training: relative to the values of the step itself it would explode while they are near zero.
  ///
  /// - Precondition: p_ref > 0.
  public func indicator(misfit: Double, reference: Double) -> Double {
    precondition(reference > 0, "a reference of \(reference)")
    return points.isEmpty ? 0 : misfit / (Double(points.count).squareRoot() * reference)
  }
}

/// What makes reduced coordinates of a field from its values at few points.
public protocol DualReconstruction: Sendable {
  /// The coordinates in the field's modes.
  ///
  /// - Parameter samples: The values at the points.
  func coordinates(of samples: [Double]) -> [Double]
}

extension GappyPOD: DualReconstruction where S == Double {}
