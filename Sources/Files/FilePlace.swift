/// Where in a file something is: a line of text or a byte of a binary file, both counted for a
/// reader (lines from 1, bytes from 0).
public struct FilePlace: Sendable, Hashable, CustomStringConvertible {
  /// A position within a file.
  public enum Position: Sendable, Hashable {
    /// The file as a whole.
    case file
    /// A line of a text file, from 1.
    case line(Int)
    /// A byte of a binary file, from 0.
    case byte(Int)
  }

  /// The path of the file, as it was given.
  public let file: String
  /// The position in it.
  public let position: Position

  /// A place in a file.
  public init(file: String, position: Position) {
    self.file = file
    self.position = position
  }

  /// "mesh.msh:12" or "mesh.msh, byte 3056".
  public var description: String {
    switch position {
    case .file: file
    case .line(let line): "\(file):\(line)"
    case .byte(let byte): "\(file), byte \(byte)"
    }
  }
}
