internal import Files

/// A CSV file with parameters and the name of a file in each line.
struct SampleList {
  private(set) var samples: [(point: [Double], path: SourceText)] = []

  /// - Throws: `FileError`; `CaseDiagnostics` with the line.
  init(reading path: String, _ names: [String], column: String) throws {
    let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
    let folder = FilePath.folder(of: path)
    var places: (parameters: [Int], file: Int)?
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in zip(1..., lines) {
      let line = line.drop { $0 == "\u{FEFF}" }
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { field in
        String(field).trimmingBlanks.filter { $0 != "\"" }
      }
      guard fields.contains(where: { !$0.isEmpty }), !(fields[0].hasPrefix("#")) else { continue }
      func refuse(_ message: String) -> CaseDiagnostics {
        CaseDiagnostics([
          Diagnostic(
            at: SourceLocation(file: path, line: number, length: max(1, line.count)), message)
        ])
      }
      guard let known = places else {
        places = (
          try names.map { name in
            guard let place = fields.firstIndex(of: name) else {
              throw refuse(
                "there is no column '\(name)'; the first line names the parameters and '\(column)'")
            }
            return place
          },
          try {
            guard let place = fields.firstIndex(of: column) else {
              throw refuse(
                "there is no column '\(column)' with the names of files"
                  + Spelling.hint(for: column, among: fields))
            }
            return place
          }()
        )
        continue
      }
      guard fields.count > max(known.file, known.parameters.max() ?? 0) else {
        throw refuse("found \(fields.count) columns, fewer than the first line has")
      }
      let point = try known.parameters.map { place in
        guard let value = PointFile.number(Array(fields[place].utf8)) else {
          throw refuse("'\(fields[place])' is not a finite number")
        }
        return value
      }
      guard !fields[known.file].isEmpty else { throw refuse("no file is named") }
      samples.append(
        (
          point,
          SourceText(
            FilePath.joined(folder, fields[known.file]),
            at: SourceLocation(file: path, line: number))
        ))
    }
    if samples.isEmpty {
      throw CaseDiagnostics([
        Diagnostic(at: SourceLocation(file: path, line: 1), "the file has no samples")
      ])
    }
  }
}
