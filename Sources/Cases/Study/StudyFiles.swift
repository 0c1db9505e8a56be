internal import Files
internal import Logging
internal import Meshes
internal import ModelReduction

/// The files of a run beside results.json: fields for ParaView, the reduced model, the report.
struct StudyFiles {
  let study: Study
  let model: any StudyModel
  let numbers: StudyNumbers
  let results: Results
  let expectations: [ExpectationOutcome]

  /// Fields are written for so many query points and modes.
  static let mostFields = 10
  static let mostModes = 6

  init(
    _ study: Study, _ model: any StudyModel, _ numbers: StudyNumbers, _ results: Results,
    _ expectations: [ExpectationOutcome]
  ) {
    (self.study, self.model, self.numbers) = (study, model, numbers)
    (self.results, self.expectations) = (results, expectations)
  }

  /// Writes all of them.
  ///
  /// - Throws: `FileError`, `MeshError` or `ModelFileError`.
  func write(to directory: OutputDirectory, log: Logger) throws {
    try numbers.reduction?.write(to: directory.file("model.ritz"), for: study)
    let content = StudyReport(self).content()
    try FileBytes.write(content.render(), to: directory.file("report.html"))
    // Last what takes the most room, and over ranks a folder that all of them reach.
    let folder = try directory.folder("fields")
    try writeFields(
      to: model.facts.plotPiece == nil
        ? FieldFiles(in: folder, of: model.facts.plotMesh) : FieldFiles(onPiecesIn: folder))
    try writeParts(in: folder, log)
    log.info("results, report and fields are in \(directory.path)")
  }

  /// Cuts the mesh into the parts asked for and shows them.
  private func writeParts(in folder: String, _ log: Logger) throws {
    guard study.spreadMesh == nil, let mesh = study.mesh,
      let count = study.caseFile.mesh?.partitions, count > 1
    else {
      return
    }
    let partition: Partition
    do { partition = try Partition(mesh, parts: count) } catch {
      throw StudyError.notSolvable("the mesh cannot be cut into \(count) parts: \(error)")
    }
    var file = VTUFile(mesh)
    file.addCellField("part", partition.part.map(Double.init))
    try file.write(to: "\(folder)/parts.vtu")
    let sizes = (0..<count).map { partition.cells(of: $0).count }
    log.info("\(count) parts of \(sizes.min() ?? 0) to \(sizes.max() ?? 0) cells")
  }

  /// A file of the mesh that is drawn, without fields; nil where there is none.
  private var emptyFile: VTUFile? {
    if let piece = model.facts.plotPiece { return VTUFile(fieldsOn: piece) }
    return model.facts.plotMesh.map { VTUFile($0) }
  }

  private func writeFields(to files: FieldFiles) throws {
    guard let empty = emptyFile else { return }
    var steps: [PVDFile.Step] = []
    for i in 0..<min(numbers.queryPoints.count, StudyFiles.mostFields) {
      let frames = numbers.query.frames(ofQuery: i)
      var series: [PVDFile.Step] = []
      for frame in 0..<frames.count {
        var file = empty
        for field in try fields(ofQuery: i, frame: frame) { file.add(field) }
        let name = try files.write(
          file, as: frames.count == 1 ? "query-\(i)" : "query-\(i)-\(frame)")
        series.append(PVDFile.Step(time: frames.labels[frame].time ?? Double(frame), file: name))
        if frame == frames.main { steps.append(PVDFile.Step(time: Double(i), file: name)) }
      }
      if frames.count > 1 {
        try PVDFile(steps: series).write(to: "\(files.folder)/query-\(i).pvd")
      }
    }
    if !steps.isEmpty { try PVDFile(steps: steps).write(to: "\(files.folder)/queries.pvd") }
    guard let reduction = numbers.reduction else { return }
    var file = empty
    for mode in reduction.modes(StudyFiles.mostModes) { file.add(mode) }
    _ = try files.write(file, as: "modes")
  }

  /// The fields of an answer: of the reduced model with the full one and the difference beside it, or
  /// of the full model alone.
  private func fields(ofQuery i: Int, frame: Int) throws -> [StudyField] {
    let query = numbers.query
    let full = query.fullFrames.indices.contains(i) ? query.fullFrames[i] : nil
    guard query.reducedFrames.indices.contains(i) else {
      return try full?.fields(frame) ?? []
    }
    let reduced = try query.reducedFrames[i].fields(frame)
    guard let full else { return reduced }
    return reduced
      + zip(reduced, try full.fields(frame)).flatMap { reduced, full in
        [
          full.named("\(full.name) full"),
          full.minus(reduced, named: "\(full.name) full - reduced"),
        ]
      }
  }
}
