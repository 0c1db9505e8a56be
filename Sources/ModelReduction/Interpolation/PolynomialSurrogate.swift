public import LinearAlgebra
internal import RealModule

/// Polynomials of total degree at most p in place of functions of the parameters, fitted to samples.
///
/// Products of Newton's polynomials at Leja points of each parameter's range are the basis: they stay
/// bounded where monomials lose a digit for every degree or two, and unlike orthogonal polynomials they
/// are written down as nested products. Polynomials, and not a rational function or radial ones, because
/// the functions an assembled matrix depends through are smooth, so that they converge as fast as
/// anything, because they have no poles to stumble over between samples, and because what is fitted at
/// one sample less than all is known without fitting anew: the error at samples left out costs nothing.
///
/// - Source: Reichel, *Newton interpolation at Leja points*, BIT 30 (1990); Allen, *The relationship
///   between variable selection and data augmentation and a method for prediction*, Technometrics 16
///   (1974), for the errors at samples left out.
public struct PolynomialSurrogate: Sendable {
  /// p.
  public let degree: Int
  /// The degree in each parameter, of each basis function; the constant first.
  public let exponents: [[Int]]
  /// The coefficients of the functions, one column each.
  public let coefficients: DenseMatrix<Double>
  /// Of each parameter's range, where the factors of the basis vanish.
  private let nodes: [Double]
  /// Polynomials × samples: what makes coefficients of values.
  private let fit: DenseMatrix<Double>
  /// h_j, of each sample: its error when it is left out is its misfit over 1 − h_j.
  public let leverages: [Double]

  /// Fits functions.
  ///
  /// - Parameters:
  ///   - values: Samples × functions.
  ///   - places: Of each sample, its place in −1 … 1 of each parameter's range.
  ///   - degree: p.
  /// - Throws: `refused` where there are not more samples than polynomials, or where their places do not
  ///   tell the polynomials apart.
  public init(
    of values: DenseMatrix<Double>, at places: [[Double]], degree: Int
  ) throws(HyperReductionError) {
    let dimension = places.first?.count ?? 0
    let count = PolynomialSurrogate.count(dimension, degree: degree)
    guard count < places.count else {
      throw .refused(
        "\(places.count) samples for the \(count) polynomials of degree \(degree); one more sample than "
          + "polynomials is the least")
    }
    let exponents = PolynomialSurrogate.exponents(dimension, degree: degree)
    (self.degree, self.exponents) = (degree, exponents)
    let nodes = PolynomialSurrogate.lejaPoints(degree)
    self.nodes = nodes
    let table = DenseMatrix(
      rowCount: places.count,
      columns: PolynomialSurrogate.transposed(
        places.map { PolynomialSurrogate.values(exponents, nodes, at: $0) }))
    do throws(FactorizationError) {
      let factor = try QR(table)
      // A basis that is nearly dependent on the samples amplifies their last digits.
      let diagonal = exponents.indices.map { factor.r[$0, $0] }
      guard let most = diagonal.max(), let least = diagonal.min(), least > 1e-10 * most else {
        throw FactorizationError.singular(pivot: 0)
      }
      fit = try factor.solveLeastSquares(.identity(places.count))
      coefficients = try factor.solveLeastSquares(values)
      leverages = places.indices.map { j in
        exponents.indices.reduce(0) { $0 + factor.q[j, $1] * factor.q[j, $1] }
      }
    } catch {
      throw .refused("the samples do not tell the polynomials of degree \(degree) apart")
    }
  }

  /// The functions at a place.
  public func values(at place: [Double]) -> [Double] {
    let basis = PolynomialSurrogate.values(exponents, nodes, at: place)
    return (0..<coefficients.columnCount).map { l in
      basis.indices.reduce(0) { $0 + basis[$1] * coefficients[$1, l] }
    }
  }

  /// w with Σ_j w_j f(sample j) the fit of any f at a place; they add up to one.
  public func sampleWeights(at place: [Double]) -> [Double] {
    fit.adjointTimes(PolynomialSurrogate.values(exponents, nodes, at: place))
  }

  /// The first Leja points of −1 … 1: each as far from those before it as the product of distances says.
  public static func lejaPoints(_ count: Int) -> [Double] {
    let candidates = (0...2000).map { -Double.cos(.pi * Double($0) / 2000) }
    var products = [Double](repeating: 1, count: candidates.count)
    var points: [Double] = []
    while points.count < count {
      let next =
        points.isEmpty ? 1 : candidates[products.indices.max { products[$0] < products[$1] } ?? 0]
      points.append(next)
      for i in products.indices { products[i] *= 2 * abs(candidates[i] - next) }
    }
    return points
  }

  /// All exponents of total degree at most p, by degree.
  static func exponents(_ dimension: Int, degree: Int) -> [[Int]] {
    TotalDegreeBasis(
      box: [ClosedRange<Double>](repeating: -1...1, count: dimension), degree: degree
    ).exponents
  }

  /// The number of polynomials of total degree at most p; the largest number there is where it is larger.
  public static func count(_ dimension: Int, degree: Int) -> Int {
    var count = 1
    for i in 0..<dimension {
      let (product, overflows) = count.multipliedReportingOverflow(by: degree + 1 + i)
      if overflows { return .max }
      count = product / (i + 1)
    }
    return count
  }

  private static func values(
    _ exponents: [[Int]], _ nodes: [Double], at place: [Double]
  ) -> [Double] {
    let tables = place.map { z in
      nodes.reduce(into: [1.0]) { $0.append(($0.last ?? 1) * 2 * (z - $1)) }
    }
    return exponents.map { alpha in
      alpha.indices.reduce(1) { $0 * tables[$1][alpha[$1]] }
    }
  }

  private static func transposed(_ rows: [[Double]]) -> [[Double]] {
    (rows.first ?? []).indices.map { j in rows.map { $0[j] } }
  }
}
