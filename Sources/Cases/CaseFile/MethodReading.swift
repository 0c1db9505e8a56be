internal import Files
internal import ModelReduction
internal import Physics
internal import SnapshotStore

extension CaseDecoder {
  mutating func reduction(parameters: [CaseFile.Parameter]) -> CaseFile.Reduction? {
    guard let node = text.tree["reduction"], let table = node.table else { return nil }
    let allParametersRead = parameters.count == tables("parameter").count
    let isInelastic = kind == InelasticStudy.kind
    if parameters.isEmpty, allParametersRead, !isInelastic {
      report(node.location, "[reduction] needs at least one [[parameter]]")
    }
    guard let method = table["method"]?.string.flatMap(CaseFile.Reduction.Method.init),
      let tolerance = table["tolerance"]?.number
    else { return nil }
    if method == .pod {
      for key in ["start", "error", "goal", "parts"] {
        guard let place = table.keyLocation(of: key) else { continue }
        report(place, "'\(key)' in [reduction] belongs to method = \"greedy\"")
      }
    }
    if table["parts"] != nil, let place = table.keyLocation(of: "start") {
      report(place, "'start' in [reduction] goes with one basis, not with 'parts'")
    }
    if text.tree["time"] != nil {
      for key in ["goal", "parts"] {
        guard let place = table.keyLocation(of: key) else { continue }
        report(place, "'\(key)' in [reduction] has no meaning for problems that move in time")
      }
    }
    let stability = table["stability"]?.string.flatMap(CaseFile.Reduction.Stability.init)
    return CaseFile.Reduction(
      method: method,
      product: table["product"]?.string.flatMap(CaseFile.Reduction.Product.init) ?? .energy,
      tolerance: tolerance, parts: table["parts"]?.integer,
      goal: goal(table),
      error: table["error"]?.string.flatMap(CaseFile.Reduction.ErrorMeasure.init) ?? .relative,
      stability: stability ?? .coefficients,
      size: table["size"]?.integer ?? 100, start: table["start"]?.integer,
      hyper: isInelastic ? hyperReduction(table, tolerance) : nil, location: node.location)
  }

  /// The output that is to be right, which must be there.
  private mutating func goal(_ table: TOMLTable) -> SourceText? {
    guard let name = table["goal"]?.string, let location = table["goal"]?.location else {
      return nil
    }
    let known = tables("output").compactMap { $0.table["name"]?.string }
    if !known.contains(name) {
      report(
        location,
        "'goal' needs an output of the case; there is none called '\(name)'"
          + Spelling.hint(for: name, among: known))
    }
    return SourceText(name, at: location)
  }

  private mutating func hyperReduction(
    _ table: TOMLTable, _ tolerance: Double
  ) -> CaseFile.Reduction.Hyper {
    if let place = table.keyLocation(of: "full-steps"), table["enrich"] == nil {
      report(place, "'full-steps' in [reduction] limits what 'enrich' asks for; give both")
    }
    let reconstruction =
      table["reconstruction"]?.string.flatMap(CaseFile.Reduction.Reconstruction.init) ?? .gappy
    if let place = table.keyLocation(of: "sweeps"), reconstruction != .laws {
      report(place, "'sweeps' in [reduction] belongs to reconstruction = \"laws\"")
    }
    if let place = table.keyLocation(of: "enrich") {
      switch reconstruction {
      case .gappy: break
      case .regression:
        report(
          place,
          "'enrich' in [reduction] changes the modes on the way, which a regression has learnt "
            + "before: give either of them")
      case .laws:
        report(
          place,
          "'enrich' in [reduction] goes on from states that the fit reconstructs, and "
            + "reconstruction = \"laws\" knows none of these: give either of them")
      }
    }
    return CaseFile.Reduction.Hyper(
      cubature: table["cubature"]?.number ?? 1e-5, dual: table["dual"]?.number ?? tolerance,
      enrich: table["enrich"]?.number, fullSteps: table["full-steps"]?.integer ?? 1000,
      unit: table["cubature-unit"]?.string.flatMap(CubatureUnit.init) ?? .point,
      subdomains: table["subdomains"]?.integer ?? 1,
      reconstruction: reconstruction, sweeps: table["sweeps"]?.integer ?? 1,
      until: text.tree["training"]?.table?["until"]?.number)
  }

  mutating func training(
    parameters: [CaseFile.Parameter], layout: ParameterLayout?
  ) -> CaseFile.Training? {
    guard let node = text.tree["training"], let table = node.table else { return nil }
    if let store = table["store"] { return training(from: store, table, node.location, layout) }
    if let place = table.keyLocation(of: "field") {
      report(place, "'field' in [training] belongs to 'store'")
    }
    let points = points(
      table, "training", standard: table["file"] == nil ? .random : .file, seed: 1, parameters,
      layout)
    if let place = table.keyLocation(of: "adaptive"),
      let method = text.tree["reduction"]?.table?["method"]?.string, method != "greedy"
    {
      report(place, "'adaptive' in [training] belongs to method = \"greedy\"")
    }
    if text.tree["time"] != nil, let place = table.keyLocation(of: "adaptive") {
      report(place, "'adaptive' in [training] has no meaning for problems that move in time")
    }
    for key in ["goal", "parts"] where text.tree["reduction"]?.table?[key] != nil {
      guard let place = table.keyLocation(of: "adaptive") else { break }
      report(
        place,
        "'adaptive' in [training] goes with one basis for the field, not with '\(key)' in [reduction]"
      )
    }
    return points.map {
      CaseFile.Training(
        points: $0, adaptive: table["adaptive"]?.integer ?? 0, location: node.location)
    }
  }

  /// The runs of a store.
  private mutating func training(
    from node: TOMLNode, _ table: TOMLTable, _ location: SourceLocation, _ layout: ParameterLayout?
  ) -> CaseFile.Training? {
    for key in ["count", "seed", "sampling", "file"] {
      guard let place = table.keyLocation(of: key) else { continue }
      report(place, "'\(key)' in [training] has no meaning for runs from a store")
    }
    guard let path = file(node), let layout else { return nil }
    let field = table["field"]?.string
    do throws(SnapshotError) {
      let store = try SnapshotStore(reading: path)
      _ = try store.field(field)
      guard store.description.parameterNames == layout.componentNames else {
        report(
          node.location,
          "the runs of the store have the parameters "
            + "\(store.description.parameterNames.joined(separator: ", ")); the case has "
            + "\(layout.componentNames.joined(separator: ", "))")
        return nil
      }
      return CaseFile.Training(
        points: .given(store.runs.map { store.entries[$0.lowerBound].parameters }),
        store: CaseFile.Training.Store(path: path, field: field), location: location)
    } catch {
      report(node.location, "\(error)", isMissingFile: !FileBytes.isReadable(path))
      return nil
    }
  }

  /// The first row of the greedy algorithm is one of the training rows.
  mutating func checkStart(_ reduction: CaseFile.Reduction?, _ training: CaseFile.Training?) {
    guard let start = reduction?.start, let training,
      let place = text.tree["reduction"]?.table?["start"]?.location
    else { return }
    let count =
      switch training.points {
      case .given(let points): points.count
      case .sampled(_, let count, _): count
      }
    if count > 0, start >= count {
      report(
        place, "'start' in [reduction] is not a training row; the rows are 0 to \(count - 1)")
    }
  }

  mutating func judged(
    training: CaseFile.Training?, parameters: [CaseFile.Parameter], layout: ParameterLayout?
  ) -> CaseFile.Validation? {
    guard let node = text.tree["validation"], let table = node.table else { return nil }
    var standard = CaseFile.Sampling.random
    if case .sampled(let sampling, _, _) = training?.points, sampling != .grid {
      standard = sampling
    }
    if table["file"] != nil { standard = .file }
    guard let points = points(table, "validation", standard: standard, seed: 2, parameters, layout)
    else { return nil }
    if case .sampled(let sampling, _, let seed) = points,
      case .sampled(let learnt, _, let learntSeed) = training?.points, sampling == learnt,
      seed == learntSeed || sampling == .grid
    {
      report(
        table["seed"]?.location ?? node.location,
        "[validation] would draw points the model has learnt from; give it another 'seed'")
    }
    let sizes = (table["sizes"]?.array ?? []).compactMap(\.integer)
    if let place = table["sizes"]?.location, zip(sizes, sizes.dropFirst()).contains(where: >=) {
      report(place, "'sizes' in [validation] must grow from one to the next")
    }
    let estimators = table["estimators"]?.array?.compactMap {
      $0.string.flatMap(CaseFile.Validation.Estimator.init)
    }
    return CaseFile.Validation(
      points: points,
      against: table["against"]?.string.flatMap(CaseFile.Validation.Truth.init) ?? .commands,
      sizes: sizes, estimators: estimators ?? [.classical],
      location: node.location)
  }

  private mutating func points(
    _ table: TOMLTable, _ name: String, standard: CaseFile.Sampling, seed: UInt64,
    _ parameters: [CaseFile.Parameter], _ layout: ParameterLayout?
  ) -> CaseFile.Points? {
    let sampling = table["sampling"]?.string.flatMap(CaseFile.Sampling.init) ?? standard
    if sampling == .file {
      for key in ["count", "seed"] {
        // That count and file exclude each other in [validation] the schema says.
        if key == "count", name == "validation", table["file"] != nil { continue }
        guard let place = table.keyLocation(of: key) else { continue }
        report(place, "'\(key)' in [\(name)] has no meaning for points from a file")
      }
      guard let node = table["file"] else {
        if let place = table["sampling"]?.location {
          report(place, "sampling = \"file\" in [\(name)] needs 'file'")
        }
        return nil
      }
      return given(node, layout).map { .given($0) }
    }
    if let place = table.keyLocation(of: "file") {
      report(place, "'file' in [\(name)] needs sampling = \"file\", or no 'sampling' at all")
    }
    if sampling == .logRandom {
      for parameter in parameters where parameter.scale != .normal {
        guard let low = parameter.ranges.map(\.lowerBound).min(), low <= 0 else { continue }
        report(
          table["sampling"]?.location ?? parameter.location,
          "sampling \"log-random\" needs ranges above 0; parameter '\(parameter.name)' begins at "
            + plain(low))
      }
    }
    guard let count = table["count"]?.integer else {
      // Without file and count the schema has spoken already.
      return nil
    }
    let chosen = table["seed"]?.integer.flatMap { UInt64(exactly: $0) } ?? seed
    return .sampled(sampling, count: count, seed: chosen)
  }

  /// The points of a file, once it is known how many numbers a point has.
  private mutating func given(_ node: TOMLNode, _ layout: ParameterLayout?) -> [[Double]]? {
    guard let path = file(node) else { return nil }
    guard let layout, layout.count > 0 else {
      if !FileBytes.isReadable(path) {
        report(node.location, "cannot open \(path)", isMissingFile: true)
      }
      return nil
    }
    do throws(CaseDiagnostics) {
      return try PointFile.points(at: path, names: layout.componentNames)
    } catch {
      for diagnostic in error.diagnostics {
        // A file that cannot be opened is the fault of the line that names it.
        if diagnostic.location.line == 0 {
          report(node.location, diagnostic.message, isMissingFile: diagnostic.isMissingFile)
        } else {
          errors.append(diagnostic)
        }
      }
      return nil
    }
  }

  mutating func query(layout: ParameterLayout?) -> [[Double]]? {
    guard let node = text.tree["query"], let table = node.table else { return nil }
    if let file = table["file"] { return given(file, layout) }
    guard let rows = table["points"]?.array, let layout else { return nil }
    var points: [[Double]] = []
    for row in rows {
      guard let point = quantities(row, nil) else { continue }
      if point.count != layout.count {
        report(
          row.location,
          "the point has \(point.count) numbers; \(layout.count) are needed"
            + (layout.count > 0
              ? ": " + layout.componentNames.prefix(12).joined(separator: ", ") : ""))
      }
      points.append(point)
    }
    return points
  }
}
