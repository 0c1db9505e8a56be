internal import Files

extension Results {
  /// The results as JSON, keys in the order of the contract.
  public var json: JSONValue {
    .members([
      ("schema", .integer(Results.schema)), ("ritz", .string(version)),
      ("case", .string(caseName)), ("caseHash", .string(caseHash)),
      ("meshHash", .string(meshHash)), ("mesh", mesh?.json), ("space", space.json),
      (
        "interpolation",
        interpolations.isEmpty
          ? nil
          : .array(
            interpolations.map {
              .members([
                ("name", .string($0.name)), ("expression", .string($0.text)),
                ("terms", .integer($0.terms)), ("error", .number($0.error)),
                ("lebesgueConstant", .number($0.lebesgueConstant)),
                ("samples", $0.samples.map { .integer($0) }),
                ("unseen", $0.unseen.map { .integer($0) }),
              ])
            })
      ),
      ("interpolationSolutionError", interpolationSolutionError.map { .number($0) }),
      ("randomField", randomField?.json), ("solver", solver?.json),
      ("reduction", reduction.map { $0.json(layout) }),
      ("validation", .array(validation.map { $0.json(layout) })),
      ("query", .array(query.map { $0.json(layout) })), ("ledger", ledger.json),
      ("threads", threads.map { .integer($0) }),
      ("warnings", warnings.isEmpty ? nil : .array(warnings.map { .string($0) })),
    ])
  }

  /// Writes `results.json` into a folder, whole or not at all.
  ///
  /// - Throws: `JSONError.notFinite` naming the path of a number that is inf or nan, or `FileError`.
  public func write(to directory: OutputDirectory) throws {
    try FileBytes.write(json.text() + "\n", to: directory.file("results.json"))
  }
}

private func optional(_ number: Double?) -> JSONValue { number.map { .number($0) } ?? .null }

extension Results.Mesh {
  fileprivate var json: JSONValue {
    let regions = regions.map { region -> (key: String, value: JSONValue) in
      let members: [(key: String, value: JSONValue)] = [
        ("dimension", .integer(region.dimension)), ("measure", .number(region.measure)),
      ]
      return (region.name, .object(members))
    }
    return .object([
      ("dimension", .integer(dimension)), ("points", .integer(points)),
      ("cells", .object(cells.map { (key: $0.key, value: .integer($0.value)) })),
      ("regions", .object(regions)),
    ])
  }
}

extension Results.Space {
  fileprivate var json: JSONValue {
    .members([
      ("dofs", .integer(dofs)), ("free", .integer(free)), ("degree", degree.map { .integer($0) }),
      ("components", .integer(components)),
    ])
  }
}

extension Results.Reduction {
  fileprivate func json(_ layout: ParameterLayout) -> JSONValue {
    .members([
      ("method", .string(method)), ("size", .integer(size)), ("product", .string(product)),
      ("singularValues", .numbers(singularValues)), ("retainedEnergy", .numbers(retainedEnergy)),
      (
        "greedy",
        .array(
          greedy.map { step in
            .object([
              ("row", .integer(step.row)), ("parameter", layout.json(step.parameter)),
              ("estimate", optional(step.estimate)),
              ("guarantee", .string(step.guarantee.rawValue)),
            ])
          })
      ),
      ("certifiedDownTo", optional(certifiedDownTo)), ("stopped", stopped.map { .string($0) }),
      (
        "parts",
        parts.isEmpty
          ? nil
          : .array(
            parts.map {
              .object([
                ("lower", layout.json($0.lower)), ("upper", layout.json($0.upper)),
                ("size", .integer($0.size)), ("estimate", optional($0.estimate)),
              ])
            })
      ),
      (
        "stability",
        stability.map {
          .members([
            ("references", .integer($0.references)), ("eigenproblems", .integer($0.eigenproblems)),
            ("uncovered", .integer($0.uncovered)),
            ("least", $0.range.map { .number($0.lowerBound) }),
            ("largest", $0.range.map { .number($0.upperBound) }),
          ])
        }
      ),
      ("points", points.map { .integer($0) }),
      ("cells", cells.map { .integer($0) }),
      ("cubatureResidual", cubatureResidual.map { .number($0) }),
      (
        "cubatureHistory",
        cubatureHistory.isEmpty
          ? nil
          : .array(
            cubatureHistory.map {
              .object([("points", .integer($0.points)), ("residual", .number($0.residual))])
            })
      ),
      (
        "indicatorPairs",
        indicatorPairs.isEmpty
          ? nil
          : .array(
            indicatorPairs.map {
              .object([("indicator", .number($0.indicator)), ("error", .number($0.error))])
            })
      ),
      (
        "indicatorEstimates",
        indicatorEstimates.isEmpty
          ? nil
          : .array(
            indicatorEstimates.map {
              .object([("indicator", .number($0.indicator)), ("estimate", .number($0.estimate))])
            })
      ),
      (
        "reconstructions",
        reconstructions.isEmpty
          ? nil
          : .array(
            reconstructions.map {
              .object([
                ("field", .string($0.field)), ("penalty", .number($0.penalty)),
                ("error", .number($0.error)), ("gappyError", .number($0.gappyError)),
                ("method", .string($0.isTaken ? "regression" : "gappy")),
              ])
            })
      ),
      (
        "enrichments",
        points == nil
          ? nil
          : .array(
            enrichments.map { step in
              .object([
                ("query", .integer(step.query)), ("t", .number(step.time)),
                ("indicator", optional(step.indicator)), ("estimate", optional(step.estimate)),
                ("size", .integer(step.size)),
                ("points", .integer(step.points)), ("seconds", .number(step.seconds)),
              ])
            })
      ),
    ])
  }
}

extension Results.Validation {
  fileprivate func json(_ layout: ParameterLayout) -> JSONValue {
    func object(_ errors: [FieldError]) -> JSONValue {
      .object(
        errors.map { error -> (key: String, value: JSONValue) in
          (error.field, .numbers([("max", error.max), ("mean", error.mean)]))
        })
    }
    return .members([
      ("size", .integer(size)), ("points", .array(points.map { $0.json(layout) })),
      ("errors", object(errors)),
      ("interpolationError", interpolationError.map { .number($0) }),
      ("gappyErrors", gappyErrors.isEmpty ? nil : object(gappyErrors)),
      ("trainedErrors", trainedErrors.isEmpty ? nil : object(trainedErrors)),
      ("estimators", estimators.isEmpty ? nil : .numbers(estimators)),
    ])
  }
}

extension Results.Validation.Point {
  fileprivate func json(_ layout: ParameterLayout) -> JSONValue {
    .members([
      ("parameter", layout.json(parameter)), ("full", .object([("outputs", .numbers(full))])),
      ("reduced", .object([("outputs", .numbers(reduced))])), ("error", .number(error)),
      ("residual", optional(residual)), ("estimate", optional(estimate)),
      ("guarantee", .string(guarantee.rawValue)), ("effectivity", optional(effectivity)),
      ("interpolationError", interpolationError.map { .number($0) }),
      ("outputBounds", outputBounds.isEmpty ? nil : JSONValue.numbers(outputBounds)),
      ("outputGuarantees", outputGuarantees.isEmpty ? nil : JSONValue.guarantees(outputGuarantees)),
      (
        "steps",
        steps.isEmpty
          ? nil
          : .array(
            steps.map {
              .object([
                ("t", .number($0.time)), ("error", .number($0.error)),
                ("estimate", optional($0.estimate)),
              ])
            })
      ),
    ])
  }
}

extension Results.Query {
  /// The answer as it stands in the list of queries, also what `ritz query --json` prints.
  public func json(_ layout: ParameterLayout) -> JSONValue {
    .members([
      ("parameter", layout.json(parameter)), ("outputs", .numbers(outputs)),
      ("fullOutputs", fullOutputs.map { .numbers($0) }),
      ("estimate", estimate.map { .number($0) }),
      ("guarantee", guarantee.map { .string($0.rawValue) }),
      ("outputBounds", outputBounds.isEmpty ? nil : JSONValue.numbers(outputBounds)),
      ("outputGuarantees", outputGuarantees.isEmpty ? nil : JSONValue.guarantees(outputGuarantees)),
      ("norm", norm.map { .number($0) }),
      ("outside", isOutside ? .boolean(true) : nil),
      ("aboveTolerance", isAboveTolerance ? .boolean(true) : nil),
      ("frequencies", frequencies.isEmpty ? nil : .numbers(frequencies)),
      ("steps", steps.isEmpty ? nil : .array(steps.map(\.json))),
      (
        "iteration",
        iteration.map {
          .members([
            ("converged", .boolean($0.converged)), ("residuals", .numbers($0.residuals)),
            ("reason", $0.reason.map { .string($0) }),
          ])
        }
      ),
    ])
  }
}

extension Results.Step {
  fileprivate var json: JSONValue {
    .members([
      ("t", .number(time)), ("outputs", .numbers(outputs)),
      ("fullOutputs", fullOutputs.map { .numbers($0) }),
      ("estimate", estimate.map { .number($0) }),
      ("iterations", iterations.map { .integer($0) }),
      ("increments", increments.map { .integer($0) }),
    ])
  }
}

extension Results.Ledger {
  /// The phases of the contract.
  public static let phases = [
    "mesh", "assembly", "factorization", "solve", "reduction", "online",
  ]

  fileprivate var json: JSONValue {
    let named = Results.Ledger.phases.map { phase in
      (key: phase, value: seconds.filter { $0.key == phase }.reduce(0) { $0 + $1.value })
    }
    let others = seconds.filter { !Results.Ledger.phases.contains($0.key) }
    return .object([
      ("fullSolves", .integer(fullSolves)), ("seconds", .numbers(named + others)),
      (
        "secondsPerQuery",
        .members([
          ("full", optional(secondsPerQuery.full)), ("reduced", optional(secondsPerQuery.reduced)),
          ("estimate", optional(secondsPerQuery.estimate)),
          ("reconstruction", secondsOfReconstruction.map { .number($0) }),
        ])
      ),
      ("breakEvenQueries", optional(breakEvenQueries)),
      ("peakMemoryBytes", .integer(peakMemoryBytes)),
    ])
  }
}
