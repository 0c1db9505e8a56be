internal import Files
internal import FiniteElements
internal import LinearAlgebra
internal import Logging
internal import Meshes
internal import ModelReduction
internal import Physics

/// The files of a run beside results.json: fields for ParaView, the reduced model, the report.
struct StudyFiles {
  let study: Study
  let model: DiffusionModel
  let numbers: StudyNumbers
  let results: Results
  let expectations: [ExpectationOutcome]

  /// Fields are written for so many query points and modes.
  static let mostFields = 10
  static let mostModes = 6

  init(
    _ study: Study, _ model: DiffusionModel, _ numbers: StudyNumbers, _ results: Results,
    _ expectations: [ExpectationOutcome]
  ) {
    (self.study, self.model, self.numbers) = (study, model, numbers)
    (self.results, self.expectations) = (results, expectations)
  }

  /// Writes all of them.
  ///
  /// - Throws: `FileError`, `MeshError` or `ModelFileError`.
  func write(to directory: OutputDirectory, log: Logger) throws {
    let fields = try directory.folder("fields")
    try writeFields(in: fields)
    try writeParts(in: fields, log)
    if let stage = numbers.stage {
      try SavedModel.write(
        stage, of: model, study: study, to: directory.file("model.ritz"))
    }
    let content = StudyReport(self).content()
    try FileBytes.write(content.render(), to: directory.file("report.html"))
    log.info("results, report and fields are in \(directory.path)")
  }

  /// The whole field, essential data included, of full solution `i`.
  func fullField(_ i: Int) throws -> [Double] {
    try model.field(numbers.query.fullStates[i], at: numbers.queryPoints[i])
  }

  /// The whole field of reduced answer `i`.
  func reducedField(_ i: Int, _ stage: ReductionStage) throws -> [Double] {
    try model.field(
      stage.basis.state(numbers.query.reducedStates[i]), at: numbers.queryPoints[i])
  }

  /// A basis vector at all degrees of freedom; zero where essential data are given.
  func mode(_ i: Int, _ stage: ReductionStage) -> [Double] {
    var field = [Double](repeating: 0, count: model.space.dofCount)
    let vector = stage.basis.vectors.column(i)
    if let reconstruction = model.decomposition.field {
      for (value, dof) in zip(vector, reconstruction.freeDofs) { field[Int(dof)] = value }
    }
    return field
  }

  /// Cuts the mesh into the parts asked for and shows them.
  private func writeParts(in folder: String, _ log: Logger) throws {
    let count = study.caseFile.mesh.partitions
    guard count > 1 else { return }
    let partition: Partition
    do { partition = try Partition(study.mesh, parts: count) } catch {
      throw StudyError.notSolvable("the mesh cannot be cut into \(count) parts: \(error)")
    }
    var file = VTUFile(study.mesh)
    file.addCellField("part", partition.part.map(Double.init))
    try file.write(to: "\(folder)/parts.vtu")
    let sizes = (0..<count).map { partition.cells(of: $0).count }
    log.info("\(count) parts of \(sizes.min() ?? 0) to \(sizes.max() ?? 0) cells")
  }

  private func writeFields(in folder: String) throws {
    let plot = model.space.plotMesh()
    func atPoints(_ field: [Double]) -> [Double] {
      plot.dofs.map { $0 < 0 ? 0 : field[Int($0)] }
    }
    var steps: [PVDFile.Step] = []
    for i in 0..<min(numbers.queryPoints.count, StudyFiles.mostFields) {
      var file = VTUFile(plot.mesh)
      if let stage = numbers.stage {
        let reduced = atPoints(try reducedField(i, stage))
        file.addPointField("u", reduced)
        if i < numbers.query.fullStates.count {
          let full = atPoints(try fullField(i))
          file.addPointField("u full", full)
          file.addPointField("u full - reduced", zip(full, reduced).map { $0 - $1 })
        }
      } else {
        file.addPointField("u", atPoints(try fullField(i)))
      }
      try file.write(to: "\(folder)/query-\(i).vtu")
      steps.append(PVDFile.Step(time: Double(i), file: "query-\(i).vtu"))
    }
    if !steps.isEmpty { try PVDFile(steps: steps).write(to: "\(folder)/queries.pvd") }
    guard let stage = numbers.stage else { return }
    var file = VTUFile(plot.mesh)
    for i in 0..<min(stage.basis.size, StudyFiles.mostModes) {
      file.addPointField("mode \(i)", atPoints(mode(i, stage)))
    }
    try file.write(to: "\(folder)/modes.vtu")
  }
}
