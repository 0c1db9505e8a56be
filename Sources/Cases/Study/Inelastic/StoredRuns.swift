internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics
internal import SnapshotStore

/// Runs whose displacements lie in a store, brought to the degrees of freedom of a body.
struct StoredRuns {
  private let store: SnapshotStore
  private let snapshots: StoreSnapshots
  private let model: QuasiStaticModel
  /// For each node of the store its place in the space of a component.
  private let dofs: [Int32]

  /// Opens a store for a body.
  ///
  /// - Throws: `StudyError` where its nodes, components or times are not those of the body.
  init(
    _ request: CaseFile.Training.Store, for model: QuasiStaticModel, on plot: ElasticPlot
  ) throws {
    self.model = model
    (store, dofs) = (try SnapshotStore(reading: request.path), plot.dofs)
    snapshots = try store.snapshots(of: request.field)
    let (field, c) = (snapshots.field, model.space.components)
    guard field.dimension == c * plot.mesh.pointCount else {
      throw StudyError.notSolvable(
        "\(request.path): the field '\(field.name)' has \(field.dimension) numbers; the "
          + "displacement on this mesh has \(c) for each of \(plot.mesh.pointCount) nodes")
    }
    if let mesh = try store.mesh(), let node = plot.mesh.firstPoint(apartFrom: mesh) {
      throw StudyError.notSolvable(
        "\(request.path): node \(node + 1) lies elsewhere than in the mesh of the case; import the "
          + "runs with --mesh and --match coordinates to bring the nodes into its order")
    }
  }

  /// The number of runs.
  var count: Int { store.runs.count }

  /// The displacements of a run at all degrees of freedom, one for each time of the grid but the
  /// first, as far as the run goes.
  func displacements(ofRun run: Int) throws -> [[Double]] {
    let (range, grid, c) = (store.runs[run], model.grid, model.space.components)
    let source = store.entries[range.lowerBound].source
    let columns = try snapshots.read(rows: 0..<snapshots.field.dimension, of: range)
    var found: [[Double]] = []
    for (column, entry) in zip(0..., store.entries[range]) {
      guard let time = entry.time else {
        throw StudyError.notSolvable("\(source): step \(entry.step + 1) has no time")
      }
      let near = 1e-6 * grid.duration
      if found.isEmpty, abs(time - grid.start) <= near { continue }
      guard found.count < grid.stepCount, abs(time - grid.times[found.count + 1]) <= near else {
        let expected =
          found.count < grid.stepCount
          ? "t = \(grid.times[found.count + 1])" : "no time after \(grid.end)"
        throw StudyError.notSolvable(
          "\(source): step \(entry.step + 1) is at t = \(time), where [time] has \(expected)")
      }
      let values = columns.column(column)
      var displacement = [Double](repeating: 0, count: model.space.dofCount)
      for (node, dof) in dofs.enumerated() where dof >= 0 {
        for k in 0..<c { displacement[Int(dof) * c + k] = values[node * c + k] }
      }
      found.append(displacement)
    }
    return found
  }
}

extension Mesh {
  /// The first point that lies elsewhere in another mesh of as many points, to the six digits that
  /// results in text have.
  fileprivate func firstPoint(apartFrom other: Mesh) -> Int? {
    let size = coordinates.reduce(0) { max($0, abs($1)) }
    let d = min(dimension, other.dimension)
    return (0..<min(pointCount, other.pointCount)).first { point in
      (0..<d).contains { axis in
        let (a, b) = (
          coordinates[point * dimension + axis], other.coordinates[point * other.dimension + axis]
        )
        return abs(a - b) > 1e-5 * size
      }
    }
  }
}
