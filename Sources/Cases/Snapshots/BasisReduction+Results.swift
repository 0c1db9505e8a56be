internal import LinearAlgebra
public import ModelReduction
internal import Plots

extension BasisReduction {
  /// The report of the decomposition.
  var report: PODReport? { pod.report }

  /// ‖S − V Vᵀ X S‖ / ‖S‖, verified on the snapshots.
  var projectionError: Double { report?.projectionError.relative ?? 0 }

  /// All numbers, for machines.
  public var json: JSONValue {
    let error = report?.projectionError
    var members: [(String, JSONValue?)] = [
      ("snapshots", .integer(count)), ("dimension", .integer(dimension)),
      ("method", .string(report?.method.rawValue ?? "")),
      ("reason", .string(report?.reason ?? "")), ("product", .string(pod.basis.product.name)),
      ("rank", .integer(pod.basis.size)), ("singularValues", .numbers(pod.singularValues)),
      ("retained", .number(retained)), ("projectionError", .number(projectionError)),
      ("worstProjectionError", error.map { .number($0.worst) }),
      ("worstSnapshot", error.map { .integer($0.worstSnapshot) }),
      ("guaranteedError", report.map { .number($0.guaranteedError) }),
      ("limit", .string(pod.limit.rawValue)), ("numericalRank", .integer(pod.numericalRank)),
      ("noiseFloor", .number(pod.noiseFloor)),
      ("sourceNoise", report.map { .number($0.sourceNoise) }),
      ("rankAboveNoise", report.map { .integer($0.rankAboveNoise) }),
      ("singularValueErrors", report.map { .numbers($0.errorBounds) }),
    ]
    members += interpolation?.members ?? []
    if let scales = report?.scales, !scales.isEmpty {
      members.append(("scales", .numbers(scales.map { (key: $0.field.name, value: $0.scale) })))
    }
    if let unseen {
      members.append(
        (
          "unseen",
          .object([
            ("rule", .string(unseen.rule.rawValue)),
            ("sizes", .array(unseen.summaries.map { .integer($0.size) })),
            ("mean", .numbers(unseen.summaries.map(\.mean))),
            ("quantile95", .numbers(unseen.summaries.map(\.quantile95))),
            ("worst", .numbers(unseen.summaries.map(\.worst))),
          ])
        ))
    }
    if let parameters, !next.isEmpty {
      members.append(
        (
          "next",
          .array(
            next.map { candidate in
              .object([
                (
                  "parameter",
                  .numbers(
                    zip(parameters.names, candidate.parameter.values).map {
                      (key: $0.0, value: $0.1)
                    })
                ), ("expectedError", .number(candidate.expectedError)),
                ("indicator", .number(candidate.indicator)),
              ])
            })
        ))
    }
    members += [
      ("notes", .array(notes.map { .string($0) })), ("seconds", .number(seconds)),
      ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ]
    return .members(members)
  }

  /// What the user should know.
  public var notes: [String] { facts.flatMap(\.notes).uniqued + (report?.notes ?? []) }

  /// The essentials, for people.
  public var text: String {
    var lines = [
      "\(count) snapshots of \(dimension) numbers, \(pod.basis.product.name) product",
      "\(report?.method.rawValue ?? "POD"): \(report?.reason ?? "")",
      "\(pod.basis.size) modes (stopped at the \(pod.limit.rawValue)), "
        + "numerical rank \(pod.numericalRank)",
      "relative projection error \(NumberText(projectionError, digits: 4).plain), "
        + "of the worst snapshot \(NumberText(report?.projectionError.worst ?? 0, digits: 4).plain)",
    ]
    if let sigma = pod.singularValues.first, pod.basis.size > 0 {
      let last = pod.singularValues[pod.basis.size - 1]
      lines.append(
        "singular values \(NumberText(sigma, digits: 6).plain) … "
          + "\(NumberText(last, digits: 6).plain) kept")
    }
    if let unseen = unseen?.summaries.last {
      lines.append(
        "unseen snapshots (\(self.unseen?.rule.rawValue ?? "")): mean error "
          + "\(NumberText(unseen.mean, digits: 4).plain), 95 % below "
          + "\(NumberText(unseen.quantile95, digits: 4).plain), worst "
          + "\(NumberText(unseen.worst, digits: 4).plain) (snapshot \(unseen.worstSnapshot))")
    }
    if let interpolation { lines.append(interpolation.line) }
    if let parameters, let best = next.first {
      let place = zip(parameters.names, best.parameter.values).map { "\($0) = \($1)" }
      lines.append("the next snapshot is worth most at \(place.joined(separator: ", "))")
    }
    lines += notes.map { "note: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension BasisReduction {
  /// Writes the basis with what belongs to it.
  ///
  /// - Returns: What the format cannot hold, in words.
  /// - Throws: `SnapshotError`.
  @discardableResult
  public func write(to path: String) throws(SnapshotError) -> [String] {
    let product = pod.basis.product
    var file = BasisFile(modes: pod.basis.vectors, singularValues: pod.singularValues)
    (file.coefficients, file.mean, file.weights) = (coefficients, report?.mean, product.weights)
    file.product = product.name
    if let parameters {
      file.parameterNames = parameters.names
      file.parameters = DenseMatrix(rows: parameters.rows.map(\.values))
    }
    if let interpolation {
      file.points = interpolation.interpolation.points
      if interpolation.interpolation.eim != nil {
        file.interpolationModes = interpolation.interpolation.modes
      }
    }
    if case .energy(let tolerance) = request.options.tolerance { file.tolerance = tolerance }
    file.software = "ritz \(ritzVersion)"
    return try file.write(to: path)
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, where it comes first.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
