extension CaseFile {
  /// Reads a case file, the files it includes and the point files it names.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - overrides: `key=value` as given after `--set`, laid over the file in order.
  /// - Throws: Everything that is wrong, sorted by file and line.
  public init(reading path: String, overrides: [String] = []) throws(CaseDiagnostics) {
    try self.init(CaseText(path: path, overrides: overrides))
  }

  /// Reads a case from a text that stands for the file called `path`.
  ///
  /// - Throws: Everything that is wrong, sorted by file and line.
  public init(
    parsing text: [UInt8], path: String, overrides: [String] = []
  ) throws(CaseDiagnostics) {
    try self.init(CaseText(text, path: path, overrides: overrides))
  }

  private init(_ text: CaseText) throws(CaseDiagnostics) {
    self = try CaseDraft(text).checked()
  }
}

/// A case as far as it could be understood, with what is wrong in it: enough to go on and look
/// for what is wrong with its problem as well.
struct CaseDraft {
  /// What could be read; nil where it would say nothing of the problem. It is a case only where
  /// there are no errors.
  let caseFile: CaseFile?
  let errors: [Diagnostic]
  let lines: SourceLines
  /// Whether every name that expressions may use was understood; where one was not, a name that
  /// seems unknown may only have been declared wrongly.
  let knowsNames: Bool

  init(_ text: CaseText) {
    lines = text.lines
    // A text that is not TOML has no keys to complain about.
    guard text.diagnostics.isEmpty else {
      (caseFile, errors, knowsNames) = (nil, text.diagnostics, false)
      return
    }
    var decoder = CaseDecoder(text)
    caseFile = decoder.decode()
    (errors, knowsNames) = (decoder.errors, decoder.knowsNames)
  }

  /// The case, if nothing is wrong with it.
  func checked() throws(CaseDiagnostics) -> CaseFile {
    guard errors.isEmpty, let caseFile else { throw CaseDiagnostics(errors, lines: lines) }
    return caseFile
  }
}

/// Turns a tree into a case. Types have been checked by the schema; what it finds missing it
/// leaves out silently, because the schema has reported it; the rules between keys are its own.
struct CaseDecoder {
  let text: CaseText
  let units: UnitSystem?
  /// The kind of physics whose keys are known; the nearest where the case misspells it.
  let kind: String
  /// Whether the case names a kind of physics, or nearly so.
  let isKindKnown: Bool
  var errors: [Diagnostic] = []

  init(_ text: CaseText) {
    self.text = text
    units = text.tree["units"]?.string.flatMap { name in try? UnitSystem(named: name) }
    let asked = text.tree["physics"]?.table?["kind"]?.string ?? ""
    let meant = Spelling.nearest(to: asked, among: CaseSchema.kinds)
    (kind, isKindKnown) = (meant ?? DiffusionStudy.kind, meant != nil)
  }

  /// Whether parameters and [time] are what they should be, and nothing at the top level might
  /// have been meant as one of them.
  var knowsNames: Bool {
    let parameters = text.tree["parameter"]?.array ?? []
    var silent = self
    return text.tree.entries.allSatisfy { CaseSchema.root.field($0.key, for: kind) != nil }
      && (text.tree["parameter"] == nil || !parameters.isEmpty)
      && silent.parameters().count == parameters.count
      && (text.tree["time"] == nil || text.tree["time"]?.table != nil)
  }

  mutating func report(
    _ location: SourceLocation, _ message: String, isMissingFile: Bool = false
  ) {
    errors.append(Diagnostic(at: location, message, isMissingFile: isMissingFile))
  }

  /// The tables of an array of tables.
  func tables(_ name: String) -> [(table: TOMLTable, location: SourceLocation)] {
    (text.tree[name]?.array ?? []).compactMap { node in
      node.table.map { ($0, node.location) }
    }
  }

  func quantity(_ node: TOMLNode?, _ dimension: Dimension?) -> Double? {
    guard let node else { return nil }
    return try? Reading.quantity(node, dimension: dimension, units: units).get()
  }

  func quantities(_ node: TOMLNode?, _ dimension: Dimension?) -> [Double]? {
    guard let nodes = node?.array else { return nil }
    let numbers = nodes.compactMap { quantity($0, dimension) }
    return numbers.count == nodes.count ? numbers : nil
  }

  /// The path of a file, seen from where Ritz was called.
  func file(_ node: TOMLNode) -> String? {
    guard let name = node.string, !name.isEmpty else { return nil }
    // An override stands in no file; it is relative to the case, as everything is.
    let home = node.location.line > 0 ? node.location.file : text.path
    return FilePath.joined(FilePath.folder(of: home), name)
  }

  mutating func decode() -> CaseFile? {
    let tree = text.tree
    var validation = SchemaValidation(units: units, kind: kind)
    let top = SourceLocation(file: text.path, line: 1)
    validation.check(tree, CaseSchema.root, place: "at the top level", path: "", at: top)
    errors = validation.diagnostics
    let parameters = parameters()
    // Points can be counted only once every parameter is understood.
    let layout =
      parameters.count == tables("parameter").count
      ? ParameterLayout(parameters.map { ($0.name, $0.size) }) : nil
    let mesh = mesh()
    let physics = physics()
    let problem = problem()
    let outputs = outputs(dimension: mesh?.boxDimension)
    let reduction = reduction(parameters: parameters)
    let training = training(parameters: parameters, layout: layout)
    checkStart(reduction, training)
    let judged = judged(training: training, parameters: parameters, layout: layout)
    let query = query(layout: layout)
    let expectations = expectations()
    if reduction != nil, tree["training"] == nil, let place = tree.keyLocation(of: "reduction") {
      report(place, "[reduction] needs [training]: say from which points to learn")
    }
    for name in ["training", "validation"] where tree["reduction"] == nil {
      guard let place = tree.keyLocation(of: name) else { continue }
      report(place, "[\(name)] needs [reduction]; without it the full model is solved at [query]")
    }
    guard let physics else { return nil }
    let title = tree["title"]?.string ?? FilePath.name(of: text.path)
    return CaseFile(
      path: text.path, title: title, units: units, mesh: mesh, physics: physics,
      parameters: parameters, problem: problem, outputs: outputs, training: training,
      reduction: reduction, validation: judged, query: query, expectations: expectations,
      warnings: warnings(query, parameters), tree: tree, lines: text.lines)
  }

  /// Query points outside the domain, which no certificate covers.
  private func warnings(_ query: [[Double]]?, _ parameters: [CaseFile.Parameter]) -> [Diagnostic] {
    let ranges = parameters.flatMap(\.ranges)
    let names = ParameterLayout(parameters.map { ($0.name, $0.size) }).componentNames
    return (query ?? []).enumerated().compactMap { i, point in
      guard
        let j = zip(ranges, point).enumerated().first(where: { !$1.0.contains($1.1) })?.offset
      else { return nil }
      let location =
        CaseFile.location(ofQuery: i, in: text.tree) ?? SourceLocation(file: text.path)
      return Diagnostic(
        .warning, at: location,
        "query point \(i) lies outside the range of '\(names[j])': \(plain(point[j])) is not in "
          + "\(plain(ranges[j].lowerBound)) to \(plain(ranges[j].upperBound))",
        excerpt: text.lines.excerpt(at: location))
    }
  }
}

extension CaseFile {
  /// Where a point of [query] stands; for a file of points, where the file is named.
  func location(ofQuery i: Int) -> SourceLocation {
    CaseFile.location(ofQuery: i, in: tree) ?? SourceLocation(file: path)
  }

  fileprivate static func location(ofQuery i: Int, in tree: TOMLTable) -> SourceLocation? {
    let table = tree["query"]?.table
    return table?["points"]?.array?[i].location ?? table?["file"]?.location
  }
}
