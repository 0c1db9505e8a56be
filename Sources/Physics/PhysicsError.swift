/// What is wrong with a problem, and where it was said.
public struct PhysicsError: Error, Sendable, CustomStringConvertible {
  /// The entry of the problem that the message speaks of; a case file knows its line.
  public enum Subject: Sendable, Hashable {
    /// The mesh or the problem as a whole.
    case problem
    /// A material, by its place in the list.
    case material(Int)
    /// A boundary condition, by its place in the list.
    case boundary(Int)
    /// A source, by its place in the list.
    case source(Int)
    /// An initial value, by its place in the list.
    case initial(Int)
    /// An operator term from a file, by its place in the list.
    case operatorTerm(Int)
    /// A load from a file, by its place in the list.
    case load(Int)
    /// The inner product from a file.
    case product
    /// An output, by its place in the list.
    case output(Int)
  }

  /// Where.
  public let subject: Subject
  /// What, with numbers and a cure.
  public let message: String

  /// An error from its parts.
  public init(_ subject: Subject, _ message: String) {
    self.subject = subject
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
