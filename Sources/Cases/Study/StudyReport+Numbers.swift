internal import ModelReduction

extension StudyReport {
  private typealias Guarantee = ReportContent.Guarantee

  private var isRelative: Bool { files.study.caseFile.reduction?.error == .relative }

  /// The history of the greedy algorithm, the true error at the validation's sizes beside it.
  var greedy: ReportContent.Greedy? {
    guard let stage = files.numbers.stage, !stage.steps.isEmpty,
      let request = files.study.caseFile.reduction
    else { return nil }
    var comparisons: [ReportContent.Greedy.Comparison] = []
    if let validation = validation {
      comparisons.append(
        ReportContent.Greedy.Comparison(
          "largest true error, unseen points", sizes: validation.sizes.map(\.size),
          values: validation.sizes.map { $0.errors.max() ?? 0 }))
      comparisons.append(
        ReportContent.Greedy.Comparison(
          "classical expanded bound, unseen points", sizes: validation.sizes.map(\.size),
          values: classicalBounds))
    }
    return ReportContent.Greedy(
      steps: stage.steps.enumerated().map { i, step in
        ReportContent.Greedy.Step(
          size: i + 1, row: step.row, parameter: step.parameter.values, estimate: step.estimate,
          guarantee: ReportContent.Guarantee(step.guarantee))
      },
      measure: "\(request.error.rawValue) bound", tolerance: request.tolerance,
      floor: stage.certifiedDownTo.finite, trainingCount: stage.training.count,
      comparisons: comparisons)
  }

  /// The largest classical bound at each size, in the measure of the case.
  private var classicalBounds: [Double] {
    guard let judged = files.numbers.validation else { return [] }
    return judged.classical.enumerated().map { s, bounds in
      zip(bounds, judged.norms[s]).map { isRelative ? $0 / $1 : $0 }.max() ?? 0
    }
  }

  /// The singular values of the snapshots.
  var spectrum: ReportContent.Spectrum? {
    guard let pod = files.numbers.stage?.pod else { return nil }
    return ReportContent.Spectrum(
      singularValues: pod.singularValues, size: pod.basis.size, noiseFloor: pod.noiseFloor,
      tolerance: files.study.caseFile.reduction?.tolerance)
  }

  /// Errors, estimates and effectivities over the unseen points.
  var validation: ReportContent.Validation? {
    guard let stage = files.numbers.stage, let judged = files.numbers.validation else { return nil }
    var guarantee = ReportContent.Guarantee.upperBound
    let sizes = judged.sizes.enumerated().map { s, validation in
      let units = isRelative ? judged.norms[s] : judged.norms[s].map { _ in 1 }
      if validation.points.contains(where: { $0.guarantee == .indicator }) {
        guarantee = .indicator
      }
      return ReportContent.Validation.Size(
        size: validation.size,
        errors: zip(validation.points, units).map { $0.error / $1 },
        estimates: zip(validation.points, units).map { ($0.estimate ?? .infinity) / $1 },
        effectivities: validation.points.map {
          $0.guarantee == .notCertified ? .nan : ($0.effectivity ?? .nan)
        },
        uncertifiedCount: validation.points.count { $0.guarantee == .notCertified })
    }
    return ReportContent.Validation(
      sizes: sizes,
      measure: (isRelative ? "relative" : "absolute") + " error in the \(stage.model.productName) "
        + "norm",
      points: files.study.caseFile.validation?.points.words ?? "", guarantee: guarantee,
      floor: stage.certifiedDownTo.finite)
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

  /// The answers, output by output.
  var queries: [ReportContent.Query] {
    let layout = files.study.caseFile.layout
    return files.results.query.flatMap { query in
      query.outputs.enumerated().map { o, output in
        let hasModel = files.numbers.stage != nil
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
      breakEvenQueries: ledger.breakEvenQueries.map { Int($0) },
      peakMemoryBytes: ledger.peakMemoryBytes)
  }
}

extension ReportContent.Guarantee {
  /// The same statement in the report.
  init(_ guarantee: Guarantee) { self = Self(rawValue: guarantee.rawValue) ?? .indicator }
}

extension ExpectationOutcome {
  /// The outcome as a row of the report.
  var row: ReportContent.Expectation {
    ReportContent.Expectation(
      quantity: expectation.quantity.text, expected: message, found: found?.number, isMet: passes,
      source: expectation.source ?? "")
  }
}
