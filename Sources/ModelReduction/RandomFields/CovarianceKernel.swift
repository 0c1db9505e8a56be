internal import RealModule

/// C(x, y) = σ² ρ(r), r² = Σ ((x_k − y_k)/ℓ_k)²: how values of a random field at two places go
/// together.
///
/// - Source: Rasmussen, Williams, *Gaussian Processes for Machine Learning*, MIT Press 2006,
///   chapter 4.
public struct CovarianceKernel: Sendable, Equatable {
  /// ρ, from the smoothest fields to the roughest.
  public enum Family: String, Sendable, CaseIterable {
    /// e^(−r²/2): fields have all derivatives.
    case squaredExponential = "squared-exponential"
    /// (1 + √5 r + 5 r²/3) e^(−√5 r): fields have two derivatives.
    case matern52 = "matern-5/2"
    /// (1 + √3 r) e^(−√3 r): fields have one derivative.
    case matern32 = "matern-3/2"
    /// e^(−r): fields are continuous and have no derivative.
    case exponential
  }

  /// ρ.
  public let family: Family
  /// σ, in the unit of the field.
  public let deviation: Double
  /// ℓ, one for each axis.
  public let lengths: [Double]

  /// A kernel.
  ///
  /// - Precondition: σ and all ℓ are positive and finite.
  public init(_ family: Family, deviation: Double, lengths: [Double]) {
    precondition(
      deviation > 0 && deviation.isFinite && lengths.allSatisfy { $0 > 0 && $0.isFinite },
      "a deviation of \(deviation) and lengths \(lengths); all are positive")
    (self.family, self.deviation, self.lengths) = (family, deviation, lengths)
  }

  /// C(x, y) of places with as many coordinates as there are lengths.
  public func callAsFunction(_ x: [Double], _ y: [Double]) -> Double {
    precondition(
      x.count == lengths.count && y.count == lengths.count,
      "places of \(x.count) and \(y.count) coordinates, \(lengths.count) lengths")
    var square = 0.0
    for k in lengths.indices {
      let step = (x[k] - y[k]) / lengths[k]
      square += step * step
    }
    return deviation * deviation * correlation(square)
  }

  /// ρ of r².
  private func correlation(_ square: Double) -> Double {
    switch family {
    case .squaredExponential: return Double.exp(-square / 2)
    case .exponential: return Double.exp(-square.squareRoot())
    case .matern32:
      let r = (3 * square).squareRoot()
      return (1 + r) * Double.exp(-r)
    case .matern52:
      let r = (5 * square).squareRoot()
      return (1 + r + r * r / 3) * Double.exp(-r)
    }
  }

  /// C(x_i, x_p) for all i.
  ///
  /// - Parameter coordinates: Those of all places one after the other.
  func column(_ p: Int, of coordinates: [Double]) -> [Double] {
    let d = lengths.count
    let variance = deviation * deviation
    let inverse = lengths.map { 1 / $0 }
    return (0..<coordinates.count / d).map { i in
      var square = 0.0
      for k in 0..<d {
        let step = (coordinates[i * d + k] - coordinates[p * d + k]) * inverse[k]
        square += step * step
      }
      return variance * correlation(square)
    }
  }
}
