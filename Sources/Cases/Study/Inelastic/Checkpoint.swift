internal import Files
internal import ModelReduction
internal import Physics

/// Where a run in time stands: the records of the points it has finished, and of the one it is at
/// the record so far and the state of the body.
struct Checkpoint: Sendable {
  var finished: [RunRecord] = []
  var current = RunRecord()
  /// Nil before the first step.
  var frame: KeptFrame?
}

/// The numbers of a frame that the next step needs.
struct KeptFrame: Sendable {
  let time: Double
  let increments: Int
  let next: StepStart
  /// Displacement, reaction, strain, stress, temperature, then the variables of each material.
  let arrays: [[Double]]

  init(_ frame: QuasiStaticModel.Frame) {
    (time, increments, next) = (frame.time, frame.increments, frame.next)
    let state = frame.state
    arrays =
      [frame.displacement, frame.reaction, state.strain, state.stress, state.temperature]
      + state.variables
  }

  init(_ reader: inout StateReader) throws(StudyError) {
    let times = try reader.numbers()
    guard 1...2 ~= times.count else { throw reader.damaged }
    time = times[0]
    increments = try reader.integer()
    let rate = try reader.numbers()
    next = StepStart(length: times.dropFirst().first, rate: rate.isEmpty ? nil : rate)
    var arrays: [[Double]] = []
    for _ in 0..<(try reader.count(of: 8)) { arrays.append(try reader.numbers()) }
    self.arrays = arrays
  }

  func write(to bytes: inout StateBytes) {
    bytes.add([time] + (next.length.map { [$0] } ?? []))
    bytes.add(increments)
    bytes.add(next.rate ?? [])
    bytes.add(arrays.count)
    for array in arrays { bytes.add(array) }
  }

  /// The frame of a model; nil where it is not one of this model.
  func frame(of model: QuasiStaticModel) -> QuasiStaticModel.Frame? {
    guard arrays.count >= 5, model.grid.times.contains(time) else { return nil }
    return model.frame(
      time: time, displacement: arrays[0], reaction: arrays[1], strain: arrays[2],
      stress: arrays[3], temperature: arrays[4], variables: Array(arrays[5...]),
      increments: increments, next: next)
  }
}

/// The files in which a run keeps what it needs to go on after an interruption: the checkpoint, which
/// is replaced as a whole, and beside it the fields of each state that will be drawn.
struct CheckpointFiles: Sendable {
  /// The folder of the run.
  let folder: String
  /// What the run computes: a checkpoint of anything else is refused.
  let identity: String

  private static let prefix = "checkpoint"
  private static let suffix = ".ritzstate"

  /// The checkpoint.
  var path: String { "\(folder)/\(CheckpointFiles.prefix)\(CheckpointFiles.suffix)" }

  private func path(ofQuery query: Int, frame: Int) -> String {
    "\(folder)/\(CheckpointFiles.prefix)-\(query)-\(frame)\(CheckpointFiles.suffix)"
  }

  /// Whether there is one.
  var exists: Bool { FileBytes.isReadable(path) }

  func write(_ checkpoint: Checkpoint) throws(FileError) {
    var bytes = StateBytes()
    bytes.add(identity)
    bytes.add(checkpoint.finished.count)
    for record in checkpoint.finished { record.write(to: &bytes) }
    checkpoint.current.write(to: &bytes)
    bytes.add(checkpoint.frame == nil ? 0 : 1)
    checkpoint.frame?.write(to: &bytes)
    try FileBytes.write(bytes.sealed(), to: path)
  }

  /// - Throws: `StudyError` where the file is damaged or belongs to another run.
  func read() throws(StudyError) -> Checkpoint {
    var reader = try opened(path)
    var checkpoint = Checkpoint()
    for _ in 0..<(try reader.count(of: 8)) { checkpoint.finished.append(try RunRecord(&reader)) }
    checkpoint.current = try RunRecord(&reader)
    if try reader.integer() != 0 { checkpoint.frame = try KeptFrame(&reader) }
    return checkpoint
  }

  private func opened(_ path: String) throws(StudyError) -> StateReader {
    var reader = try StateReader(path)
    guard try reader.text() == identity else {
      throw .notSolvable(
        "\(path) belongs to another run: the case, its mesh or a file it names has changed since; "
          + "run without --resume")
    }
    return reader
  }

  /// Keeps the fields of a state that is drawn.
  func write(_ fields: [StudyField], query: Int, frame: Int) throws(FileError) {
    var bytes = StateBytes()
    bytes.add(identity)
    bytes.add(fields.count)
    for field in fields {
      bytes.add(field.name)
      bytes.add(field.components.count)
      for component in field.components { bytes.add(component) }
      bytes.add(CheckpointFiles.roles.firstIndex(of: field.role) ?? 0)
      bytes.add(field.values)
    }
    try FileBytes.write(bytes.sealed(), to: path(ofQuery: query, frame: frame))
  }

  private static let roles: [StudyField.Role] = [.quantity, .displacement, .record]

  /// The fields of a state that was drawn.
  func fields(query: Int, frame: Int) throws(StudyError) -> [StudyField] {
    var reader = try opened(path(ofQuery: query, frame: frame))
    var fields: [StudyField] = []
    for _ in 0..<(try reader.count(of: 8)) {
      let name = try reader.text()
      var components: [String] = []
      for _ in 0..<(try reader.count(of: 8)) { components.append(try reader.text()) }
      let role = try reader.integer()
      guard CheckpointFiles.roles.indices.contains(role) else { throw reader.damaged }
      fields.append(
        StudyField(
          name, components: components, try reader.numbers(), role: CheckpointFiles.roles[role]))
    }
    return fields
  }

  /// Takes all of them away: the run has come to its end.
  func remove() throws(FileError) {
    for name in try Folder.names(in: folder)
    where name.hasPrefix(CheckpointFiles.prefix) && name.hasSuffix(CheckpointFiles.suffix) {
      CheckpointFiles.remove("\(folder)/\(name)")
    }
  }
}
