internal import Physics

extension StudyReport {
  private typealias Guarantee = ReportContent.Guarantee

  private var isRelative: Bool { files.study.caseFile.reduction?.error == .relative }

  /// The history of the greedy algorithm, the true error at the validation's sizes beside it.
  var greedy: ReportContent.Greedy? {
    guard let facts = files.numbers.reduction?.facts, !facts.results.greedy.isEmpty,
      let request = files.study.caseFile.reduction
    else { return nil }
    var comparisons: [ReportContent.Greedy.Comparison] = []
    if let validation = validation {
      let sizes = validation.sizes.map(\.size)
      comparisons.append(
        ReportContent.Greedy.Comparison(
          "largest true error, unseen points", sizes: sizes,
          values: validation.sizes.map { $0.errors.max() ?? 0 }))
      comparisons += otherEstimates.map {
        ReportContent.Greedy.Comparison(
          "\($0.name), unseen points", sizes: sizes, values: $0.values)
      }
    }
    // What is not proven is not called a bound.
    let isBound = facts.results.greedy.allSatisfy { $0.guarantee != .indicator }
    return ReportContent.Greedy(
      steps: facts.results.greedy.enumerated().map { i, step in
        ReportContent.Greedy.Step(
          size: facts.sizes.indices.contains(i) ? facts.sizes[i] : i + 1, row: step.row,
          parameter: step.parameter,
          estimate: step.estimate ?? .infinity,
          guarantee: ReportContent.Guarantee(step.guarantee))
      },
      measure: request.error.rawValue + (isBound ? " bound" : " estimate"),
      tolerance: request.tolerance,
      floor: facts.results.certifiedDownTo, trainingCount: facts.trainingCount,
      comparisons: comparisons)
  }

  /// The largest of other estimates at each size, in the measure of the case.
  private var otherEstimates: [(name: String, values: [Double])] {
    guard let judged = files.numbers.validation else { return [] }
    // A way that says nothing at some size is drawn at the others.
    return judged.comparisons.map { comparison in
      (
        comparison.name,
        comparison.values.enumerated().map { s, bounds in
          zip(bounds, judged.norms[s]).map { isRelative ? $0 / $1 : $0 }
            .filter { !$0.isNaN }.max() ?? .nan
        }
      )
    }
  }

  /// The singular values of the snapshots.
  var spectrum: ReportContent.Spectrum? {
    guard let facts = files.numbers.reduction?.facts, !facts.results.singularValues.isEmpty
    else { return nil }
    return ReportContent.Spectrum(
      singularValues: facts.results.singularValues, size: facts.results.size,
      noiseFloor: facts.noiseFloor, tolerance: files.study.caseFile.reduction?.tolerance)
  }

  /// Errors, estimates and effectivities over the unseen points.
  var validation: ReportContent.Validation? {
    guard let reduction = files.numbers.reduction?.facts.results,
      let judged = files.numbers.validation
    else { return nil }
    var guarantee = ReportContent.Guarantee.upperBound
    let sizes = judged.sizes.enumerated().map { s, validation in
      let units = isRelative ? judged.norms[s] : judged.norms[s].map { _ in 1 }
      if validation.points.contains(where: { $0.guarantee == .indicator }) {
        guarantee = .indicator
      }
      let beside =
        validation.trainedErrors.isEmpty ? validation.gappyErrors : validation.trainedErrors
      return ReportContent.Validation.Size(
        size: validation.size,
        errors: zip(validation.points, units).map { $0.error / $1 },
        estimates: zip(validation.points, units).map { ($0.estimate ?? .infinity) / $1 },
        effectivities: validation.points.map {
          $0.guarantee == .notCertified ? .nan : ($0.effectivity ?? .nan)
        },
        uncertifiedCount: validation.points.count { $0.guarantee == .notCertified },
        fields: validation.errors.count > 1
          ? validation.errors.map { error in
            let other = beside.first { $0.field == error.field }
            return .init(
              field: error.field, largest: error.max, mean: error.mean,
              comparedLargest: other?.max, comparedMean: other?.mean)
          } : [],
        fieldsBeside: beside.isEmpty
          ? nil : validation.trainedErrors.isEmpty ? "gappy POD" : "before enrichment")
    }
    var content = ReportContent.Validation(
      sizes: sizes,
      measure: reduction.points == nil
        ? (isRelative ? "relative" : "absolute") + " error in the \(reduction.product) norm"
        : "relative error of the nodal displacements",
      points: files.study.caseFile.validation?.points.words ?? "", guarantee: guarantee,
      floor: reduction.certifiedDownTo)
    content.truth = truth(judged.sizes)
    return content
  }

  /// What the full model of a comparison stands for where its matrices are sums of samples.
  private func truth(_ sizes: [Results.Validation]) -> String {
    let sums = files.model.facts.nonintrusive
    guard let worst = sums.map(\.error).max() else { return "" }
    let estimates = "Estimates measure the residual of these sums: they are indicators, not bounds."
    guard let error = sizes.compactMap(\.interpolationError).max() else {
      return "The full model is itself made of sums of samples, which miss up to "
        + "\(ReportWords.number(worst)) of a matrix where that was measured; no comparison shows this. "
        + estimates
    }
    return
      "The full model is what the commands make at these very points. Of their matrices the sums of "
      + "samples, of which the reduced model is made, miss up to \(ReportWords.number(error)); errors "
      + "count that. " + estimates
  }

  /// Output errors over the unseen points at each size.
  var outputErrors: [ReportContent.OutputError] {
    guard let judged = files.numbers.validation else { return [] }
    return judged.sizes.flatMap { validation in
      (validation.points.first?.full ?? []).enumerated().map { o, output in
        let errors = validation.points.map { abs($0.full[o].value - $0.reduced[o].value) }
        let bounds = validation.points.compactMap { point in
          point.outputBounds.first { $0.key == output.key }?.value
        }
        return ReportContent.OutputError(
          output: output.key, size: validation.size, errors: errors,
          bounds: bounds.count == errors.count ? bounds : [])
      }
    }
  }

  /// Steps that the full model computed on the way.
  var enrichments: [ReportContent.Enrichment] {
    (files.results.reduction?.enrichments ?? []).map {
      ReportContent.Enrichment(
        query: $0.query, time: $0.time, indicator: $0.indicator, estimate: $0.estimate,
        size: $0.size, points: $0.points, seconds: $0.seconds)
    }
  }

  /// The answers, output by output.
  var queries: [ReportContent.Query] {
    let layout = files.study.caseFile.layout
    return files.results.query.flatMap { query in
      query.outputs.enumerated().map { o, output in
        let hasModel = files.numbers.reduction != nil
        return ReportContent.Query(
          point: layout.words(query.parameter), output: output.key,
          reduced: hasModel ? output.value : nil,
          full: hasModel ? query.fullOutputs?[o].value : output.value,
          bound: query.outputBounds.first { $0.key == output.key }?.value,
          guarantee: query.outputGuarantees.first { $0.key == output.key }.flatMap {
            ReportContent.Guarantee(rawValue: $0.value.rawValue)
          })
      }
    }
  }

  /// What it cost.
  var ledger: ReportContent.Ledger {
    let ledger = files.results.ledger
    return ReportContent.Ledger(
      fullSolves: ledger.fullSolves,
      offline: ledger.seconds.filter { $0.key != "online" && $0.value > 0 }.map {
        (name: $0.key, seconds: $0.value)
      },
      secondsFull: ledger.secondsPerQuery.full, secondsReduced: ledger.secondsPerQuery.reduced,
      secondsEstimate: ledger.secondsPerQuery.estimate,
      secondsReconstruction: ledger.secondsOfReconstruction,
      breakEvenQueries: ledger.breakEvenQueries.map { Int($0) },
      peakMemoryBytes: ledger.peakMemoryBytes)
  }
}

extension ReportContent.Guarantee {
  /// The same statement in the report.
  init(_ guarantee: Results.Guarantee) {
    self = Self(rawValue: guarantee.rawValue) ?? .indicator
  }
}

extension ExpectationOutcome {
  /// The outcome as a row of the report.
  var row: ReportContent.Expectation {
    ReportContent.Expectation(
      quantity: expectation.quantity.text, expected: message, found: found?.number, isMet: passes,
      source: expectation.source ?? "")
  }
}
