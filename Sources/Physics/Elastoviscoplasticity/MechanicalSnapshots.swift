internal import FiniteElements
internal import LinearAlgebra
public import ModelReduction

/// What full-order runs teach: displacements at the free unknowns, stresses and internal variables at
/// all points, one column per frame.
///
/// Frames of other programs do as well, once the laws have been driven through their displacements:
/// see ``QuasiStaticModel/recompute(_:at:_:)``.
public struct MechanicalSnapshots: Sendable {
  /// Displacements at the free unknowns.
  public private(set) var displacements: [[Double]] = []
  /// Stresses, six numbers per point.
  public private(set) var stresses: [[Double]] = []
  /// For each material its internal variables, one column per frame.
  public private(set) var variables: [[[Double]]]
  /// The parameter and the time of each frame.
  private var keys: [(mu: Parameter, time: Double)] = []
  private let model: QuasiStaticModel

  /// No snapshots yet.
  public init(of model: QuasiStaticModel) {
    self.model = model
    variables = model.body.materials.groups.map { _ in [] }
  }

  /// The number of frames.
  public var count: Int { displacements.count }

  /// The parameters of the runs, each once.
  var runs: [Parameter] {
    keys.reduce(into: []) { runs, key in if !runs.contains(key.mu) { runs.append(key.mu) } }
  }

  /// The column of a run at a time; nil where there is none.
  func place(of mu: Parameter, time: Double) -> Int? {
    keys.firstIndex { $0.mu == mu && $0.time == time }
  }

  /// Whether one of these columns belongs to a run.
  func contains(_ mu: Parameter, among columns: Set<Int>) -> Bool {
    columns.contains { keys[$0].mu == mu }
  }

  /// Parts of the columns, each with the columns that are left out: each run once, with others where
  /// there are more than four; of a single run what comes after the first four, five, six and seven
  /// eighths of it.
  var partitions: [(known: MechanicalSnapshots, unseen: Set<Int>)] {
    let runs = runs
    var left: [[Int]]
    if runs.count > 1 {
      left = [[Int]](repeating: [], count: min(4, runs.count))
      for (k, key) in keys.enumerated() {
        guard let run = runs.firstIndex(of: key.mu) else { continue }
        left[run % left.count].append(k)
      }
    } else {
      left = (4...7).map { $0 * count / 8 }.filter { $0 > 0 }.map { Array($0..<count) }
    }
    return left.map { columns in
      let unseen = Set(columns)
      var known = MechanicalSnapshots(of: model)
      for k in keys.indices where !unseen.contains(k) {
        known.keys.append(keys[k])
        known.displacements.append(displacements[k])
        known.stresses.append(stresses[k])
        for g in variables.indices { known.variables[g].append(variables[g][k]) }
      }
      return (known, unseen)
    }
  }

  /// What a frame teaches: numbers that can be kept and added again.
  public struct Column: Sendable, Equatable {
    /// t.
    public let time: Double
    /// u at all degrees of freedom.
    public let displacement: [Double]
    /// Six numbers per point.
    public let stress: [Double]
    /// For each material its internal variables, point after point.
    public let variables: [[Double]]

    /// From numbers that were kept.
    public init(
      time: Double, displacement: [Double], stress: [Double], variables: [[Double]]
    ) {
      (self.time, self.displacement) = (time, displacement)
      (self.stress, self.variables) = (stress, variables)
    }

    /// What a frame teaches.
    public init(_ frame: QuasiStaticModel.Frame) {
      self.init(
        time: frame.time, displacement: frame.displacement, stress: frame.state.stress,
        variables: frame.state.variables)
    }
  }

  /// Adds a frame; a body at rest teaches nothing and is left out.
  ///
  /// - Parameter mu: Of the run that the frame belongs to.
  public mutating func add(_ frame: QuasiStaticModel.Frame, at mu: Parameter = Parameter([])) {
    add(Column(frame), at: mu)
  }

  /// Adds what a frame has taught.
  ///
  /// - Precondition: It has as many numbers as the body: see ``fits(_:)``.
  public mutating func add(_ column: Column, at mu: Parameter) {
    precondition(fits(column), "a frame of another body")
    let free = model.body.constraints.free.map { column.displacement[Int($0)] }
    guard free.contains(where: { $0 != 0 }) || column.stress.contains(where: { $0 != 0 })
    else { return }
    keys.append((mu, column.time))
    displacements.append(free)
    stresses.append(column.stress)
    for g in variables.indices { variables[g].append(column.variables[g]) }
  }

  /// Whether a frame has as many numbers as the body, all of them finite.
  public func fits(_ column: Column) -> Bool {
    let groups = model.body.materials.groups
    return column.displacement.count == model.space.dofCount
      && column.stress.count == 6 * model.points.count
      && column.variables.map(\.count)
        == groups.map { $0.law.stateCount * $0.points.count }
      && ([column.displacement, column.stress] + column.variables)
        .allSatisfy { $0.allSatisfy(\.isFinite) }
  }
}

/// A quantity at the points that is carried by modes of its own: the stress, or an internal variable
/// of one material.
public struct DualField: Sendable, Equatable {
  /// "stress", or the name of the variable, with that of the material where there are several.
  public let name: String
  /// The numbers at a point.
  public let width: Int
  /// The material whose points carry it; nil for all points.
  let group: Int?
  /// Where it begins in the state of a point.
  let offset: Int

  /// Whether it is the stress, which every point has.
  public var isStress: Bool { group == nil }

  /// All fields of a body.
  static func all(_ materials: MaterialAssignment, names: [String]) -> [DualField] {
    var fields = [DualField(name: "stress", width: 6, group: nil, offset: 0)]
    let isSingle = materials.groups.count == 1
    for (g, group) in materials.groups.enumerated() {
      var offset = 0
      for variable in group.law.variables {
        fields.append(
          DualField(
            name: isSingle ? variable.name : "\(variable.name) of \(names[g])",
            width: variable.componentCount, group: g, offset: offset))
        offset += variable.componentCount
      }
    }
    return fields
  }

  /// Its numbers at all points that carry it.
  func values(
    stress: [Double], variables: [[Double]], _ materials: MaterialAssignment
  ) -> [Double] {
    guard let group else { return stress }
    let s = materials.groups[group].law.stateCount
    return stride(from: offset, to: variables[group].count, by: s).flatMap { first in
      variables[group][first..<first + width]
    }
  }

  /// Writes its numbers back.
  func write(
    _ values: [Double], stress: inout [Double], variables: inout [[Double]],
    _ materials: MaterialAssignment
  ) {
    guard let group else {
      stress = values
      return
    }
    let s = materials.groups[group].law.stateCount
    for p in materials.groups[group].points.indices {
      for c in 0..<width { variables[group][s * p + offset + c] = values[width * p + c] }
    }
  }
}

extension MechanicalSnapshots {
  /// The snapshots of a dual field, one column per frame.
  func columns(of field: DualField) -> DenseMatrix<Double> {
    let materials = model.body.materials
    let columns = (0..<count).map { k in
      field.values(stress: stresses[k], variables: variables.map { $0[k] }, materials)
    }
    return DenseMatrix(rowCount: columns.first?.count ?? 0, columns: columns)
  }
}
