internal import Meshes
internal import ModelReduction

/// An answer of a full or reduced model at one parameter: numbers, and fields on demand.
struct StudyAnswer: Sendable {
  /// The numbers.
  var query: Results.Query
  /// What can be drawn.
  let frames: StudyFrames
  /// What the reader of the numbers should know.
  var warnings: [String] = []
}

/// The fields of an answer: one set, or one for each step in time or each mode of vibration.
struct StudyFrames: Sendable {
  /// What a frame shows.
  enum Label: Sendable, Hashable {
    /// The solution.
    case solution
    /// The solution at a time.
    case time(Double)
    /// A mode of vibration at a frequency.
    case mode(frequency: Double)

    /// The time, if it is one.
    var time: Double? {
      if case .time(let time) = self { time } else { nil }
    }
  }

  /// One label per frame.
  let labels: [Label]
  /// The fields of a frame, computed when they are asked for: many answers, few pictures.
  private let draw: @Sendable (Int) throws -> [StudyField]

  /// Frames drawn by a function of their number.
  init(_ labels: [Label], draw: @escaping @Sendable (Int) throws -> [StudyField]) {
    (self.labels, self.draw) = (labels, draw)
  }

  /// One frame.
  init(solution draw: @escaping @Sendable () throws -> [StudyField]) {
    self.init([.solution]) { _ in try draw() }
  }

  /// The number of frames.
  var count: Int { labels.count }
  /// The frame that stands for all: the last in time, the first mode.
  var main: Int {
    if case .time? = labels.last { labels.count - 1 } else { 0 }
  }
  /// The fields of a frame.
  func fields(_ frame: Int) throws -> [StudyField] { try draw(frame) }
}

/// A field at the points of a plot mesh.
struct StudyField: Sendable {
  /// What it is to those who draw it.
  enum Role: Sendable {
    /// A quantity to be coloured.
    case quantity
    /// A displacement: it also moves the points.
    case displacement
    /// Of interest in files, not in pictures.
    case record
  }

  /// Its name in files and pictures.
  let name: String
  /// The names of its components; empty for a scalar.
  let components: [String]
  /// Point after point, all components of each; not a number where the field is not defined.
  var values: [Double]
  /// What it is.
  let role: Role

  /// A field of given values.
  init(
    _ name: String, components: [String] = [], _ values: [Double], role: Role = .quantity
  ) {
    (self.name, self.components) = (name, components)
    (self.values, self.role) = (values, role)
  }

  /// The number of values at a point.
  var width: Int { max(1, components.count) }

  /// The same field under another name.
  func named(_ name: String) -> StudyField {
    StudyField(name, components: components, values, role: role)
  }

  /// The difference to another field of the same shape.
  func minus(_ other: StudyField, named name: String) -> StudyField {
    StudyField(name, components: components, zip(values, other.values).map { $0 - $1 })
  }
}

extension VTUFile {
  /// Adds a field; where it is not defined stands zero, which readers of the format can show.
  mutating func add(_ field: StudyField) {
    addPointField(
      field.name, field.values.map { $0.isNaN ? 0 : $0 }, components: field.width)
  }
}
