/// A way through JSON: `query[0].outputs.mean-bottom`; keys with dots, brackets or quotes stand
/// in single quotes: `query[0].outputs.'a.b'` (a quote inside is doubled).
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  /// One step.
  public enum Step: Sendable, Hashable {
    /// To the value of a key.
    case key(String)
    /// To a member of a list, from 0.
    case index(Int)
  }

  /// The steps.
  public let steps: [Step]
  /// The path as written.
  public let description: String

  /// Reads a path.
  ///
  /// - Throws: `notFound` saying where the path is badly written.
  public init(_ text: String) throws(JSONError) {
    description = text
    func malformed(_ reason: String) -> JSONError { .notFound(path: text, reason: reason) }
    var steps: [Step] = []
    let characters = Array(text)
    var i = 0
    while i < characters.count {
      if characters[i] == "[" {
        guard let close = characters[i...].firstIndex(of: "]"),
          let index = Int(String(characters[i + 1..<close])), index >= 0
        else { throw malformed("brackets hold a number from 0 on, as in query[0]") }
        steps.append(.index(index))
        i = close + 1
        continue
      }
      if characters[i] == "." {
        guard !steps.isEmpty else { throw malformed("it begins with a point") }
        i += 1
      } else if !steps.isEmpty {
        throw malformed("a point is missing before '\(String(characters[i...]))'")
      }
      var key = ""
      if i < characters.count, characters[i] == "'" {
        i += 1
        while true {
          guard i < characters.count else { throw malformed("a quote is not closed") }
          if characters[i] != "'" {
            key.append(characters[i])
          } else if i + 1 < characters.count, characters[i + 1] == "'" {
            key.append("'")
            i += 1
          } else {
            break
          }
          i += 1
        }
        i += 1
      } else {
        while i < characters.count, characters[i] != ".", characters[i] != "[" {
          key.append(characters[i])
          i += 1
        }
        guard !key.isEmpty else { throw malformed("a key is empty") }
      }
      steps.append(.key(key))
    }
    guard !steps.isEmpty else { throw malformed("it is empty") }
    self.steps = steps
  }

  static func needsQuotes(_ key: String) -> Bool {
    key.isEmpty || key.contains { ".['".contains($0) }
  }
}

extension JSONValue {
  /// The value at the end of `path`.
  ///
  /// - Throws: `notFound` naming the step that fails and what there is instead.
  public func value(at path: JSONPath) throws(JSONError) -> JSONValue {
    var here = self
    var walked = ""
    for step in path.steps {
      let place = walked.isEmpty ? "the top level" : "'\(walked)'"
      switch step {
      case .key(let key):
        guard case .object(let members) = here else {
          throw .notFound(path: path.description, reason: "\(place) is \(here.noun)")
        }
        guard let next = here[key] else {
          let hint = Spelling.hint(for: key, among: members.map(\.key))
          throw .notFound(path: path.description, reason: "\(place) has no '\(key)'\(hint)")
        }
        here = next
        walked += walked.isEmpty ? key : ".\(key)"
      case .index(let index):
        guard case .array(let members) = here else {
          throw .notFound(path: path.description, reason: "\(place) is \(here.noun), not a list")
        }
        guard let next = here[index] else {
          throw .notFound(
            path: path.description, reason: "\(place) has \(members.count) members, from 0 on")
        }
        here = next
        walked += "[\(index)]"
      }
    }
    return here
  }

  /// The value at the end of a path written as text.
  public func value(at path: String) throws(JSONError) -> JSONValue {
    try value(at: JSONPath(path))
  }
}
