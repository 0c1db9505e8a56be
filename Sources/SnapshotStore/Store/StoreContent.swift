internal import Files
internal import ModelReduction

/// What is whole in a store: the lines of its journal as far as the columns they speak of are there.
struct StoreContent {
  let entries: [StoreEntry]
  /// The bytes of the journal that hold them.
  let journalSize: Int
  /// What was found beyond, a sentence each.
  let notes: [String]

  /// Looks at the journal and at the sizes of the columns; reads no column.
  ///
  /// A process that is killed leaves at most a part of a column, or a part of the last line. Damage
  /// anywhere else is no such trace and is refused.
  init(of folder: String, _ description: StoreDescription) throws(SnapshotError) {
    do throws(FileError) {
      let (found, ends, isCut) = try StoreContent.journal(folder, description)
      var notes: [String] = []
      if isCut {
        notes.append(
          "The journal ends in an incomplete line: what was being written when a process ended is "
            + "left out; \(found.count) snapshots are whole.")
      }
      var count = found.count
      for field in description.fields {
        let file = try ReadableFile("\(folder)/\(field.file)", change: .growing)
        let available = max(0, file.size - StoreLayout.offset(field.dimension, 0))
        let (whole, wanted) = (available / (8 * field.dimension), 8 * field.dimension * found.count)
        if whole < found.count {
          notes.append(
            "\(field.file) holds only \(whole) of the \(found.count) snapshots in the journal: it "
              + "was cut off.")
        } else if available > wanted {
          notes.append(
            "\(field.file) holds \(available - wanted) bytes of a snapshot that was never "
              + "completed; they are left out.")
        }
        count = min(count, whole)
      }
      entries = Array(found[..<count])
      journalSize = count > 0 ? ends[count - 1] : 0
      self.notes = notes
    } catch { throw .file(error) }
  }

  /// The whole lines, where each ends, and whether something that is no line follows.
  private static func journal(
    _ folder: String, _ description: StoreDescription
  ) throws(FileError) -> (entries: [StoreEntry], ends: [Int], isCut: Bool) {
    let path = "\(folder)/\(StoreLayout.journal)"
    let journal = try FileBytes.read(path, limit: .max)
    var entries: [StoreEntry] = []
    var ends: [Int] = []
    var isCut = false
    var start = 0
    while start < journal.count {
      let end = journal[start...].firstIndex(of: 10)
      let entry = end.flatMap {
        StoreEntry(
          journal[start..<$0], parameters: description.parameterNames.count,
          fields: description.fields.count)
      }
      guard let entry, let end else {
        isCut = true
        guard let end else { break }
        start = end + 1
        continue
      }
      guard !isCut else {
        throw FileError(
          path: path, operation: "read",
          reason: "line \(entries.count + 1) is damaged though later ones are whole; restore it "
            + "from a copy, or import into a new store")
      }
      entries.append(entry)
      ends.append(end + 1)
      start = end + 1
    }
    return (entries, ends, isCut)
  }
}
