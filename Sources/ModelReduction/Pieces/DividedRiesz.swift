internal import DomainDecomposition
internal import Krylov
internal import LinearAlgebra

/// X and X⁻¹ on vectors spread over ranks, at the unknowns that each owns; every function is
/// collective.
///
/// What X⁻¹ misses is not guessed: whoever uses it measures what is left.
struct DividedRiesz<C: Communicator>: Sendable {
  private let world: C
  /// nil where X is the identity.
  private var system: DistributedDefiniteSystem<C>?
  /// Solutions with X so far.
  private(set) var solves = 0

  init(_ problem: DividedProblem<C>) throws(DistributedFailure) {
    world = problem.world
    system = try problem.productMatrix()
  }

  /// X V.
  func image(_ v: DenseMatrix<Double>) -> DenseMatrix<Double> {
    guard let system else { return v }
    return DenseMatrix(
      rowCount: v.rowCount,
      columns: (0..<v.columnCount).map { system.matrix.applied(to: v.column($0)) })
  }

  /// X⁻¹ F, column by column, to a relative residual or as far as round-off lets it come.
  mutating func representatives(
    _ functionals: DenseMatrix<Double>, relative: Double
  ) -> DenseMatrix<Double> {
    solutions(functionals, StoppingRule(relative: relative, iterations: 2000, patience: 40)).x
  }

  private mutating func solutions(
    _ functionals: DenseMatrix<Double>, _ rule: StoppingRule
  ) -> (x: DenseMatrix<Double>, isConverged: [Bool]) {
    let count = functionals.columnCount
    guard system != nil else { return (functionals, [Bool](repeating: true, count: count)) }
    var columns: [[Double]] = []
    var isConverged: [Bool] = []
    for j in 0..<count {
      var x = [Double](repeating: 0, count: functionals.rowCount)
      let report = system?.solve(functionals.column(j), from: &x, until: rule)
      columns.append(x)
      isConverged.append(report?.status.isConverged == true)
      solves += 1
    }
    return (DenseMatrix(rowCount: functionals.rowCount, columns: columns), isConverged)
  }

  /// The same with a step of refinement.
  mutating func refinedRepresentatives(
    _ functionals: DenseMatrix<Double>
  ) -> DenseMatrix<Double> {
    let first = representatives(functionals, relative: 1e-11)
    guard system != nil else { return first }
    return first + representatives(functionals - image(first), relative: 1e-4)
  }

  /// A bound of ‖f‖_{X'} for each column; infinite where an iteration does not converge.
  ///
  /// Conjugate gradients from zero approach f · X⁻¹f from below, and miss no more than ‖r‖² / λ_min of
  /// at least ‖f‖² / λ_max: with ‖r‖ ≤ 10⁻⁶ ‖f‖ the 1 % that is added covers conditions up to 10¹⁰.
  mutating func dualNorms(_ functionals: DenseMatrix<Double>) -> [Double] {
    let (images, isConverged) = solutions(functionals, StoppingRule(relative: 1e-6))
    let squares = sums(
      (0..<functionals.columnCount).map { dot(functionals.column($0), images.column($0)) })
    return zip(squares, isConverged).map { square, isConverged in
      isConverged && square.isFinite ? 1.01 * square.rootOfSquare : .infinity
    }
  }

  /// AᵀB over all ranks.
  func products(
    _ a: DenseMatrix<Double>, _ b: DenseMatrix<Double>
  ) -> DenseMatrix<Double> {
    var product = a.adjointTimes(b)
    world.sum(&product.values)
    return product
  }

  /// Numbers added over the ranks.
  func sums(_ parts: [Double]) -> [Double] {
    var sums = parts
    world.sum(&sums)
    return sums
  }
}

/// Vectors spread over ranks, orthonormal in X, that grow one by one.
struct DividedBasis: Sendable {
  /// Their owned rows, and those of X times them.
  private(set) var vectors: DenseMatrix<Double>
  private var images: DenseMatrix<Double>

  init(rowCount: Int) {
    vectors = DenseMatrix(rowCount: rowCount, columnCount: 0)
    images = vectors
  }

  /// Adds what is new in a vector; collective.
  ///
  /// - Parameter tolerance: A vector of which no more than this part is new adds nothing.
  /// - Returns: The part that was new, and whether it was added.
  mutating func append<C: Communicator>(
    _ x: [Double], _ riesz: DividedRiesz<C>, tolerance: Double
  ) -> (remainder: Double, isKept: Bool) {
    var v = DenseMatrix(rowCount: x.count, columnCount: 1, values: x)
    var image = riesz.image(v)
    func length() -> Double { riesz.products(v, image)[0, 0].rootOfSquare }
    let whole = length()
    guard whole > 0, whole.isFinite else { return (0, false) }
    var rest = whole
    // Twice, and again while that takes a noticeable part.
    for pass in 0..<6 where vectors.columnCount > 0 {
      let before = rest
      v = v - vectors * riesz.products(images, v)
      image = riesz.image(v)
      rest = length()
      if rest <= tolerance * whole { return (rest / whole, false) }
      if pass > 0, rest > 0.7 * before { break }
    }
    guard rest.isNormal else { return (0, false) }
    scale(1 / rest, &v.values)
    scale(1 / rest, &image.values)
    vectors.appendColumns(of: v)
    images.appendColumns(of: image)
    return (rest / whole, true)
  }
}

extension Double {
  /// √x of what is a square but for round-off: zero below zero; NaN stays.
  var rootOfSquare: Double { self < 0 ? 0 : squareRoot() }
}
