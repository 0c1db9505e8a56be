internal import Expressions
public import FiniteElements
internal import LinearAlgebra
public import Meshes
public import ModelReduction
internal import RealModule

/// Free vibrations of an elastic body: K(μ) x = ω² M(μ) x over the dofs that supports leave free.
///
/// Supports hold where a problem prescribes components (whatever their values), at planes of
/// symmetry and on foundations; loads do not count. A body that can move freely has one mode of
/// frequency zero for each of its rigid motions.
public struct VibrationModel: Sendable {
  /// The problem; every material has a density.
  public let problem: ElasticityProblem
  /// The space of the modes.
  public let space: VectorSpace
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// What is worth a word.
  public let notes: [String]
  private let stiffness: AffineSum<SparseMatrix<Double>>
  private let stiffnessCoefficients: CoefficientFamily
  private let mass: AffineSum<SparseMatrix<Double>>
  private let massCoefficients: CoefficientFamily
  private let reconstruction: FieldReconstruction
  private let rigid: DenseMatrix<Double>

  /// Assembles stiffness and mass.
  ///
  /// - Throws: What is wrong with the data, and in which entry.
  public init(
    _ problem: ElasticityProblem, on mesh: Mesh, parameters: ParameterSpace = .point
  ) throws(PhysicsError) {
    var still = problem
    (still.sources, still.temperatures, still.outputs) = ([], [], [])
    for b in still.boundaries.indices {
      (still.boundaries[b].traction, still.boundaries[b].pressure) = (nil, nil)
      still.boundaries[b].value = still.boundaries[b].value?.map { $0.map { _ in Expression(0) } }
    }
    let builder = try ElasticityBuilder(still, mesh, parameters)
    let masses = try MassForms(still, builder)
    let constraints = builder.supports.constraints
    guard !constraints.free.isEmpty else {
      throw PhysicsError(.problem, "every dof is held; nothing vibrates")
    }
    let pattern = ConstrainedPattern(builder.plan.pattern, constraints)
    do throws(AssemblyError) {
      stiffness = pattern.apply(try builder.plan.assemble(family: builder.forms.terms))
      mass = pattern.apply(try builder.plan.assemble(family: masses.terms))
    } catch { throw PhysicsError(.problem, "\(error)") }
    let motions = try builder.rigidMotions()
    self.problem = problem
    (space, parameterSpace, notes) = (builder.space, parameters, builder.notes)
    stiffnessCoefficients = try builder.family(builder.forms.coefficients)
    massCoefficients = try builder.family(masses.coefficients)
    reconstruction = try builder.reconstruction()
    rigid = DenseMatrix(
      rowCount: constraints.free.count,
      columns: motions.pieces.flatMap { piece in
        (0..<piece.count).map { j in
          let mode = piece.modes.column(j)
          return constraints.free.map { mode[Int($0)] }
        }
      })
  }

  /// The number of free unknowns.
  public var freeCount: Int { reconstruction.freeDofs.count }

  /// The number of motions that nothing resists: modes of frequency zero.
  public var rigidCount: Int { rigid.columnCount }

  /// The modes of lowest frequency, or those nearest a shift.
  ///
  /// - Parameters:
  ///   - count: How many, rigid ones included.
  ///   - shift: In Hz; above zero the modes nearest to it are sought, and rigid ones are left out.
  ///   - mu: The parameter.
  /// - Throws: Where a matrix is not definite, or the iteration does not settle.
  public func modes(
    count: Int, shift: Double = 0, at mu: Parameter
  ) throws(PhysicsError) -> VibrationModes {
    guard count > 0, shift >= 0, shift.isFinite else {
      throw PhysicsError(
        .problem, "\(count) modes near \(shift) Hz: ask for at least one, at 0 or above")
    }
    let (k, m): (SparseMatrix<Double>, SparseMatrix<Double>)
    do throws(ModelError) {
      k = stiffness.combined(
        with: try stiffnessCoefficients.checkedValues(at: mu, in: parameterSpace))
      m = mass.combined(with: try massCoefficients.checkedValues(at: mu, in: parameterSpace))
    } catch { throw PhysicsError(.problem, "\(error)") }
    do throws(FactorizationError) {
      return try modes(count, shift, k, m)
    } catch {
      throw PhysicsError(.problem, "the modes cannot be found: \(error)")
    }
  }

  private func modes(
    _ count: Int, _ shift: Double, _ k: SparseMatrix<Double>, _ m: SparseMatrix<Double>
  ) throws(FactorizationError) -> VibrationModes {
    let omega = 2 * Double.pi * shift
    var sigma = omega * omega
    var known: DenseMatrix<Double>?
    if rigidCount > 0 {
      var basis = GramSchmidt(rowCount: k.rowCount, product: m)
      try basis.append(rigid)
      known = basis.vectors
      // Below zero K − σM is definite; the scale is that of the lowest modes of a compact body.
      if shift == 0 { sigma = -0.01 * lowestScale(k, m) }
    }
    let rigidFound = shift == 0 ? min(count, known?.columnCount ?? 0) : 0
    let lanczos = try ShiftInvertLanczos(stiffness: k, mass: m, shift: sigma)
    var wanted = count - rigidFound
    var pairs = try lanczos.nearest(count: wanted, known: known)
    var verified: Int?
    if shift == 0, k.rowCount <= 40_000, let last = pairs.values.last {
      // Everything below the last frequency must have been found: Sylvester's law counts it.
      let below = last * (1 - 1e-6)
      let found = pairs.values.count { $0 < below } + (known?.columnCount ?? 0)
      let shifted = AffineSum([k, m]).combined(with: [1, -below])
      if let inertia = try? Inertia(shifted), inertia.pivotRatio > 1e-14 {
        if inertia.negativeCount > found {
          wanted += inertia.negativeCount - found + 2
          pairs = try lanczos.nearest(count: wanted, known: known)
        }
        let again = pairs.values.count { $0 < below } + (known?.columnCount ?? 0)
        guard again == inertia.negativeCount else {
          throw .notConverged(
            method: "block Lanczos", count: (inertia.negativeCount - again).magnitude.asInt)
        }
        verified = again
      }
    }
    let chosen = min(count - rigidFound, pairs.values.count)
    var frequencies = [Double](repeating: 0, count: rigidFound)
    var shapes: [[Double]] = (0..<rigidFound).map { known?.column($0) ?? [] }
    for j in 0..<chosen {
      frequencies.append(max(0, pairs.values[j]).squareRoot() / (2 * .pi))
      shapes.append(pairs.vectors.column(j))
    }
    return VibrationModes(
      frequencies: frequencies, shapes: shapes.map { reconstruction.spread(free: $0) },
      rigidCount: rigidFound,
      residuals: [Double](repeating: 0, count: rigidFound) + pairs.residuals.prefix(chosen),
      orthogonality: pairs.orthogonality, verifiedCount: verified)
  }

  /// The order of magnitude of ω² of the lowest modes: the highest ones of single nodes, scaled
  /// down by the number of nodes along the body.
  private func lowestScale(_ k: SparseMatrix<Double>, _ m: SparseMatrix<Double>) -> Double {
    let highest = zip(k.diagonal, m.diagonal).reduce(0) { max($0, $1.1 > 0 ? $1.0 / $1.1 : 0) }
    let nodes = Double(max(2, space.scalar.dofCount))
    return highest * Double.pow(nodes, -2 / Double(space.scalar.mesh.dimension))
  }

  /// Its sizes in one line.
  public var summary: String {
    "\(space.dofCount) unknowns, \(freeCount) free; \(rigidCount) rigid-body modes"
  }
}

/// Modes of vibration, lowest frequency first.
public struct VibrationModes: Sendable {
  /// In Hz where the units are consistent with seconds; exactly zero for rigid motions.
  public let frequencies: [Double]
  /// One displacement over all dofs for each mode, with xᵀ M x = 1.
  public let shapes: [[Double]]
  /// How many of them are rigid motions.
  public let rigidCount: Int
  /// ‖K x − ω² M x‖ / (‖K x‖ + ω² ‖M x‖) of each mode.
  public let residuals: [Double]
  /// The largest entry of |XᵀMX − I|.
  public let orthogonality: Double
  /// The number of modes below the last one, counted by Sylvester's law; nil where it was not.
  public let verifiedCount: Int?
}

/// Σ θ_q M_q of an elastic body.
private struct MassForms {
  private(set) var terms: [[VectorBilinearTerm]] = []
  private var thetas = CoefficientTerms()

  var coefficients: [Expression] { thetas.coefficients }

  init(_ problem: ElasticityProblem, _ builder: ElasticityBuilder) throws(PhysicsError) {
    let isPlane = builder.mesh.dimension == 2 && !builder.body.kinematics.isAxisymmetric
    let t = isPlane ? problem.thickness : Expression(1)
    for (m, material) in problem.materials.enumerated() {
      let region = builder.forms.regions[m]
      if region.cellCount == 0 { continue }
      guard let density = material.density, density.constantValue != 0 else {
        throw PhysicsError(
          .material(m), "vibrations need the density of '\(region.name)', and it must be positive")
      }
      let parts = try SeparatedTerms(
        [density * t], of: .material(m), as: "density", positive: builder.positive)
      for (theta, g) in try parts.coefficients() {
        let q = thetas.place(of: theta)
        if q == terms.count { terms.append([]) }
        terms[q].append(.mass(g, on: region))
      }
    }
  }
}

extension UInt {
  fileprivate var asInt: Int { Int(clamping: self) }
}
