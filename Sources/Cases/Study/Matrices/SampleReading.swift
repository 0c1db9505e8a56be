internal import Expressions
internal import Files
internal import LinearAlgebra
internal import ModelReduction
internal import Physics

extension ProblemReading {
  /// The matrix or vector of which an entry gives samples; nil where it is not what it should be, which is
  /// then said.
  mutating func family(_ entry: CaseFile.Entry) -> MatrixFamily? {
    guard !caseFile.parameters.isEmpty else {
      report(
        entry.location,
        "samples are for a matrix that depends on parameters, and there is no [[parameter]]; give a "
          + "file")
      return nil
    }
    checkCompany(of: entry)
    let functions = functions(entry)
    let source: (any MatrixSource)? =
      if entry["command"] != nil { command(entry) } else { samples(entry) }
    guard let source, entry["functions"] == nil || functions != nil else { return nil }
    return MatrixFamily(
      source, functions: functions?.list,
      text: entry["functions"]?.list.map { $0.map(\.text).joined(separator: ", ") } ?? "",
      ranges: functions?.ranges ?? [], learningCount: entry["learn"]?.integer ?? 20)
  }

  /// Whether keys stand beside those they belong to.
  private mutating func checkCompany(of entry: CaseFile.Entry) {
    let rules = [
      ("column", ["samples"]), ("points", ["files"]), ("folder", ["command"]),
      ("timeout", ["command"]), ("learn", ["command"]), ("x", ["functions"]),
      ("y", ["functions", "x"]), ("z", ["functions", "y"]),
    ]
    for (key, needed) in rules where entry[key] != nil {
      for other in needed where entry[other] == nil {
        report(entry.location(of: key), "'\(key)' belongs to '\(other)', which is not given")
      }
    }
    if entry["learn"] != nil, entry["functions"] != nil {
      report(
        entry.location(of: "learn"),
        "'learn' and 'functions' exclude each other: functions say where the matrix is needed")
    }
  }

  // MARK: Functions

  private mutating func functions(
    _ entry: CaseFile.Entry
  ) -> (list: [ComplexExpression], ranges: [ClosedRange<Double>])? {
    guard let values = entry["functions"]?.list else { return nil }
    var ranges: [ClosedRange<Double>] = []
    for key in ["x", "y", "z"] {
      guard let value = entry[key], let list = value.list else { break }
      let ends = list.compactMap(\.number)
      guard ends.count == 2, ends[0] <= ends[1] else {
        report(
          value.location ?? entry.location, "'\(key)' is a range, its smaller end first")
        return nil
      }
      ranges.append(ends[0]...ends[1])
    }
    let scope = ExpressionScope(
      parameters: caseFile.layout.parameters, coordinates: ranges.count, time: false)
    let list = values.map { value -> ComplexExpression in
      if let real = value.coefficient { return ComplexExpression(expression(real, scope)) }
      let parts = (value.list ?? []).compactMap(\.coefficient)
      guard parts.count == 2 else { return ComplexExpression(1) }
      return ComplexExpression(expression(parts[0], scope), expression(parts[1], scope))
    }
    return (list, ranges)
  }

  // MARK: Commands

  private mutating func command(_ entry: CaseFile.Entry) -> MatrixCommand? {
    guard let value = entry["command"] else { return nil }
    let place = value.location ?? entry.location(of: "command")
    var words: [String] = []
    if let text = value.word {
      do throws(CommandWords.Problem) { words = try CommandWords.split(text) } catch {
        report(place, "'command': \(error)")
        return nil
      }
    } else {
      words = (value.list ?? []).compactMap(\.word)
    }
    guard let program = words.first, !program.isEmpty else {
      report(place, "'command': \(CommandWords.Problem.empty)")
      return nil
    }
    let template: CommandTemplate
    do throws(CommandTemplate.UnknownName) {
      template = try CommandTemplate(words, in: caseFile.layout)
    } catch {
      report(place, error.message)
      return nil
    }
    let home = FilePath.folder(of: place.line > 0 ? place.file : caseFile.path)
    let command = MatrixCommand(
      template: template, folder: entry["folder"]?.path?.text ?? home,
      timeout: entry["timeout"]?.number ?? 600,
      name: value.word ?? ProgramCall(words).text,
      parameterNames: caseFile.layout.componentNames)
    guard template.knowsParameters else {
      report(
        place,
        "the command is told of no parameter: write {\(caseFile.layout.componentNames[0])}, or {mu} for "
          + "all of them, where it takes them")
      return nil
    }
    if ProgramCall([program], in: command.folder).programPath == nil {
      errors.append(
        Diagnostic(
          at: place,
          "the program '\(program)' is not found"
            + (program.contains("/")
              ? " as an executable file, seen from \(command.folder.isEmpty ? "here" : "'\(command.folder)'")"
              : " along PATH"),
          isMissingFile: true))
      return nil
    }
    return command
  }

  // MARK: Files

  private mutating func samples(_ entry: CaseFile.Entry) -> MatrixSamples? {
    guard let files = listed(entry) else { return nil }
    var known: [Parameter: SourceLocation] = [:]
    var samples: [(mu: Parameter, matrix: MatrixFile)] = []
    let before = errors.count
    for file in files {
      let mu = Parameter(file.point)
      if let earlier = known[mu] {
        report(
          file.path.location,
          earlier == file.path.location
            ? "the parameters of '\(file.path.text)' have a file already"
            : "these parameters have a file already, at \(earlier)")
        continue
      }
      known[mu] = file.path.location
      if let matrix = matrix(file.path) { samples.append((mu, matrix)) }
      if errors.count > before + 20 { break }
    }
    guard errors.count == before else { return nil }
    let name = entry["samples"]?.path?.text ?? "\(files.count) files"
    return MatrixSamples(name: name, samples)
  }

  /// The parameters and the files of an entry.
  private mutating func listed(
    _ entry: CaseFile.Entry
  ) -> [(point: [Double], path: SourceText)]? {
    if let path = entry["samples"]?.path {
      let column = entry["column"]?.word ?? "file"
      do {
        return try SampleList(reading: path.text, caseFile.layout.componentNames, column: column)
          .samples
      } catch let error as CaseDiagnostics { errors += error.diagnostics } catch let error
        as FileError
      {
        errors.append(
          Diagnostic(
            at: path.location, error.description, isMissingFile: error.isMissing))
      } catch { report(path.location, "\(error)") }
      return nil
    }
    let files = (entry["files"]?.list ?? []).compactMap(\.path)
    guard let points = entry["points"]?.list else {
      report(
        entry.location(of: "files"), "'files' needs 'points': the parameters of each file, in order"
      )
      return nil
    }
    guard points.count == files.count else {
      report(
        entry.location(of: "points"),
        "'points' has \(points.count) points for \(files.count) files")
      return nil
    }
    var listed: [(point: [Double], path: SourceText)] = []
    for (point, path) in zip(points, files) {
      let numbers = (point.list ?? []).compactMap(\.number)
      guard numbers.count == caseFile.layout.count else {
        report(
          point.location ?? entry.location(of: "points"),
          "the point has \(numbers.count) numbers for \(caseFile.layout.count) parameters")
        return nil
      }
      listed.append((numbers, path))
    }
    return listed
  }
}
