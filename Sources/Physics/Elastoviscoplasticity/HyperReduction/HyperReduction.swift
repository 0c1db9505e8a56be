internal import FiniteElements
public import LinearAlgebra
public import ModelReduction

/// What a hyperreduced model shall be accurate to.
public struct HyperReductionOptions: Sendable, Equatable {
  /// ε_u: displacement modes with singular values above this part of the first are kept.
  public var displacement: Double
  /// ε_q: the relative residual of the cubature.
  public var cubature: Double
  /// ε_p: the same for the modes of stresses and internal variables.
  public var dual: Double
  /// At most so many displacement modes.
  public var size: Int
  /// Points that the cubature takes up at a time.
  public var batch: Int
  /// Condition number of the modes of each dual field at the selected points.
  public var condition: Double
  /// What the cubature selects.
  public var unit: CubatureUnit
  /// Parts of the mesh that get a cubature each, with no data exchanged.
  public var subdomains: Int

  /// Options.
  public init(
    displacement: Double = 1e-6, cubature: Double = 1e-5, dual: Double = 1e-6,
    size: Int = 200, batch: Int = 5, condition: Double = 100, unit: CubatureUnit = .point,
    subdomains: Int = 1
  ) {
    precondition(
      displacement >= 0 && cubature > 0 && dual >= 0 && size > 0 && batch > 0 && condition > 1
        && subdomains > 0,
      "options of a hyperreduction")
    (self.displacement, self.cubature, self.dual) = (displacement, cubature, dual)
    (self.size, self.batch, self.condition) = (size, batch, condition)
    (self.unit, self.subdomains) = (unit, subdomains)
  }
}

/// The offline stage: from snapshots to displacement modes, a cubature of few points and modes of the
/// dual fields with the points they are read at.
///
/// - Source: Hernández, Caicedo, Ferrer, *Dimensional hyper-reduction of nonlinear finite element
///   models via empirical cubature*, Comput. Methods Appl. Mech. Eng. 313 (2017); Casenave, Akkari,
///   Bordeu, Rey, Ryckelynck, *A nonintrusive distributed reduced-order modeling framework for
///   nonlinear structural mechanics*, Int. J. Numer. Methods Eng. 121 (2020).
public struct HyperReduction: Sendable {
  /// V over the free unknowns, orthonormal in the product.
  public let basis: ReducedBasis<Double>
  /// Of the displacements.
  public let singularValues: [Double]
  /// The rule of few points, its residual and history.
  public let cubature: EmpiricalCubature
  /// All points that the online stage evaluates, ascending; those that only serve reconstructions
  /// have no weight.
  public let points: [Int]
  /// x, one for each of `points`.
  public let weights: [Double]
  /// The fields that can be reconstructed, with their modes.
  public internal(set) var duals: [DualModes]
  /// ε(ψ_k) at all points, 6 n × modes.
  let strains: DenseMatrix<Double>
  /// The virtual motions whose work the cubature integrates as well.
  let supports: [SupportMotion]

  /// The modes of one dual field and how they are found from the selected points.
  public struct DualModes: Sendable {
    /// Ψ over all points that carry the field, orthonormal.
    public let modes: DenseMatrix<Double>
    /// Of the snapshots.
    public let singularValues: [Double]
    /// What the online stage needs of it.
    var sampled: SampledField

    /// The field.
    public var field: DualField { sampled.field }
    /// What is added to the coordinates of the fit; nil where nothing has been learnt.
    public var correction: DualCorrection? { sampled.correction }
    /// The fit at the selected points.
    public var gappy: GappyPOD<Double> { sampled.gappy }
    /// The largest root mean square of the field over its points in training.
    public var reference: Double { sampled.reference }
  }

  /// The same with nothing added to the fits of dual fields.
  public var uncorrected: HyperReduction {
    var copy = self
    for d in copy.duals.indices { copy.duals[d].sampled.correction = nil }
    return copy
  }

  /// Reduces.
  ///
  /// - Parameters:
  ///   - start: Units to begin the cubature with.
  ///   - outputs: Reactions among them come from the cubature instead of reconstructed stresses.
  /// - Throws: `PhysicsError` where the body has no tangent at rest; `SnapshotError` or `HyperReductionError` where the snapshots are empty, not finite or
  ///   cannot be integrated to the tolerance.
  public init(
    of snapshots: MechanicalSnapshots, _ model: QuasiStaticModel,
    in product: InnerProduct<Double>, options: HyperReductionOptions = HyperReductionOptions(),
    startingFrom start: [Int] = [], outputs: [PlacedOutput] = []
  ) throws {
    let body = model.body
    let pod = try HyperReduction.pod(
      DenseMatrix(rowCount: body.constraints.free.count, columns: snapshots.displacements),
      in: product, options.displacement, size: options.size)
    basis = pod.basis
    singularValues = pod.singularValues
    let strains = HyperReduction.strains(of: basis, body)
    self.strains = strains
    supports = try model.supportMotions(outputs)
    // Stress modes carry their singular values: a residual then weighs what the snapshots weigh.
    let stresses = DenseMatrix(rowCount: 6 * body.points.count, columns: snapshots.stresses)
    let stressPOD = try HyperReduction.pod(
      stresses, in: InnerProduct(euclidean: stresses.rowCount), 0.1 * options.cubature)
    var scaled = stressPOD.basis.vectors
    for k in 0..<scaled.columnCount {
      for i in 0..<scaled.rowCount { scaled[i, k] *= stressPOD.singularValues[k] }
    }
    cubature = try EmpiricalCubature(
      of: VirtualWorkIntegrands(
        stressModes: scaled,
        strainModes: strains.appendingColumns(of: supports.columns(likeThoseOf: strains))),
      weights: body.points.weights, tolerance: options.cubature,
      unit: body.units(options.unit), batch: options.batch, startingFrom: start,
      subdomains: try body.subdomains(options.subdomains))

    // Modes of the dual fields, and the points that tell them apart.
    let names = model.problem.materials.map { $0.regions.joined(separator: ", ") }
    var selected = Set(cubature.points)
    var found: [(field: DualField, pod: POD<Double>, columns: DenseMatrix<Double>)] = []
    for field in DualField.all(body.materials, names: names) {
      let columns = field.group == nil ? stresses : snapshots.columns(of: field)
      guard columns.values.contains(where: { $0 != 0 }) else { continue }
      let own = try HyperReduction.pod(
        columns, in: InnerProduct(euclidean: columns.rowCount), options.dual)
      let carriers = HyperReduction.carriers(field, body)
      let given = carriers.indices.filter { selected.contains(carriers[$0]) }.flatMap { place in
        (0..<field.width).map { field.width * place + $0 }
      }
      let proposed = try ReconstructionPoints(
        for: own.basis.vectors, given: given, conditionBelow: options.condition)
      for row in proposed.added { selected.insert(carriers[row / field.width]) }
      found.append((field, own, columns))
    }
    points = selected.sorted()
    var weightOf: [Int: Double] = [:]
    for (point, weight) in zip(cubature.points, cubature.weights) { weightOf[point] = weight }
    weights = points.map { weightOf[$0] ?? 0 }
    var duals: [DualModes] = []
    for (field, own, columns) in found {
      duals.append(try HyperReduction.dual(field, own, columns, points, body))
    }
    self.duals = duals
  }

  private static func dual(
    _ field: DualField, _ pod: POD<Double>, _ columns: DenseMatrix<Double>, _ points: [Int],
    _ body: MechanicalBody
  ) throws -> DualModes {
    var placeOf: [Int: Int] = [:]
    for (place, point) in carriers(field, body).enumerated() { placeOf[point] = place }
    var rows: [Int] = []
    var samples: [(point: Int, component: Int)] = []
    for (k, point) in points.enumerated() {
      guard let place = placeOf[point] else { continue }
      for c in 0..<field.width {
        rows.append(field.width * place + c)
        samples.append((k, c))
      }
    }
    let largest = (0..<columns.columnCount).map { norm(columns.column($0)) }.max() ?? 0
    return DualModes(
      modes: pod.basis.vectors, singularValues: pod.singularValues,
      sampled: try SampledField(
        field, modes: pod.basis.vectors.gathering(rows: rows),
        reference: largest / Double(max(1, columns.rowCount)).squareRoot(), samples: samples))
  }

  /// The points that carry a field.
  private static func carriers(_ field: DualField, _ body: MechanicalBody) -> [Int] {
    field.group.map { body.materials.groups[$0].points.map(Int.init) }
      ?? Array(0..<body.points.count)
  }

  /// Modes with singular values above a part of the first.
  private static func pod(
    _ columns: DenseMatrix<Double>, in product: InnerProduct<Double>, _ tolerance: Double,
    size: Int = .max
  ) throws -> POD<Double> {
    let set = SnapshotSet(states: columns)
    var options = PODOptions(
      method: .tallSkinnyQR, size: size, verification: .byDecomposition)
    options.tolerance = .energy(0)
    let all = try POD(of: set, in: product, options: options)
    let sigma = all.singularValues
    let kept = max(1, sigma.prefix(all.basis.size).prefix { $0 > tolerance * sigma[0] }.count)
    guard kept < all.basis.size else { return all }
    options.size = kept
    return try POD(of: set, in: product, options: options)
  }

  /// ε(ψ_k) at all points.
  private static func strains(
    of basis: ReducedBasis<Double>, _ body: MechanicalBody
  ) -> DenseMatrix<Double> {
    DenseMatrix(
      rowCount: 6 * body.points.count,
      columns: (0..<basis.size).map { k in
        body.points.strains(of: body.constraints.field(free: basis.vectors.column(k)))
      })
  }
}
