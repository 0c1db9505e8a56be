internal import Files
internal import Foundation
internal import ModelReduction

/// A field of a store.
public struct StoreField: Sendable, Hashable, Codable {
  /// The name, as in the source.
  public let name: String
  /// The names of its components; empty for a scalar.
  public let components: [String]
  /// N.
  public let dimension: Int
  /// The relative rounding of its numbers where they come from.
  public let precision: Double
  /// The file in the store.
  public let file: String

  /// A field to be stored; its file is called after it.
  ///
  /// - Parameter taken: The files of other fields.
  public init(
    name: String, components: [String] = [], dimension: Int, precision: Double = 0x1p-53,
    taken: [String] = []
  ) {
    (self.name, self.components) = (name, components)
    (self.dimension, self.precision) = (dimension, precision)
    var stem = ""
    for scalar in name.unicodeScalars.prefix(60) {
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
      stem.unicodeScalars.append(isPlain || scalar == "-" ? scalar : "_")
    }
    if stem.isEmpty { stem = "field" }
    var candidate = stem + ".npy"
    var number = 2
    while taken.contains(candidate) {
      candidate = "\(stem)-\(number).npy"
      number += 1
    }
    file = candidate
  }
}

/// What a store is about: everything that does not change as it grows.
public struct StoreDescription: Sendable, Hashable, Codable {
  private var schema = StoreLayout.schema
  /// The fields, in the order of the columns' checksums in the journal.
  public let fields: [StoreField]
  /// The names of the parameters, in the order of their numbers.
  public let parameterNames: [String]
  /// The fingerprint of the mesh; nil where the snapshots have none.
  public internal(set) var meshHash: String?

  /// A description of a store to be made.
  public init(fields: [StoreField], parameterNames: [String] = []) {
    (self.fields, self.parameterNames) = (fields, parameterNames)
  }

  /// Reads `store.json`.
  init(in folder: String) throws(SnapshotError) {
    let path = "\(folder)/\(StoreLayout.description)"
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path, limit: 1 << 24) } catch {
      throw .file(error)
    }
    let found = try? JSONDecoder().decode(StoreDescription.self, from: Data(bytes))
    guard let found, found.schema >= 1, !found.fields.isEmpty,
      found.fields.allSatisfy({
        (1..<1 << 40).contains($0.dimension) && $0.file.hasSuffix(".npy")
          && !$0.file.contains("/") && $0.precision > 0 && $0.precision < 1
      }), Set(found.fields.map(\.file)).count == found.fields.count
    else {
      throw .format(
        .malformed(
          at: FilePlace(file: path, position: .file), found: "something else",
          expected: "the description of a snapshot store"))
    }
    guard found.schema <= StoreLayout.schema else {
      throw .format(
        .unsupported(
          at: FilePlace(file: path, position: .file),
          feature: "a store of schema \(found.schema), later than \(StoreLayout.schema), is",
          cure: "read it with a newer Ritz"))
    }
    self = found
  }

  func write(in folder: String) throws(SnapshotError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw .refused("\(folder): its description cannot be written as JSON")
    }
    do throws(FileError) {
      try FileBytes.write(Array(data) + [10], to: "\(folder)/\(StoreLayout.description)")
    } catch { throw .file(error) }
  }
}
