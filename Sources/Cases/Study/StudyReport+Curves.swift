extension StudyReport {
  private typealias Line = ReportContent.Curves.Line

  /// What the outputs do in time, over the one parameter of a sweep, and how errors grow.
  var curves: [ReportContent.Curves] {
    timeCurves + loopCurves + sweepCurves + cubatureCurves + indicatorCurves + errorCurves
      + incrementCurves + iterationCurves
  }

  /// The natural frequencies of the answers that have some.
  var frequencies: [ReportContent.Frequencies] {
    files.results.query.prefix(3).filter { !$0.frequencies.isEmpty }.map {
      ReportContent.Frequencies(
        point: files.study.caseFile.layout.words($0.parameter), values: $0.frequencies)
    }
  }

  private var isReduced: Bool { files.numbers.reduction != nil }

  private var timeCurves: [ReportContent.Curves] {
    let answers = files.results.query.prefix(3).filter { $0.steps.count > 1 }
    guard let names = answers.first?.steps.first?.outputs.map(\.key) else { return [] }
    let layout = files.study.caseFile.layout
    return names.prefix(8).enumerated().map { o, name in
      let lines = answers.flatMap { answer -> [Line] in
        let t = answer.steps.map(\.time)
        let point = layout.words(answer.parameter)
        let own = Line(point, x: t, y: answer.steps.map { $0.outputs[o].value })
        let full = answer.steps.compactMap { $0.fullOutputs?[o].value }
        guard full.count == t.count else { return [own] }
        return [own, Line("\(point), full model", x: t, y: full, style: .reference)]
      }
      return ReportContent.Curves(
        name, over: "t", lines: lines,
        caption: "Output \(name) in time"
          + (isReduced ? ", of the reduced model and, dashed, of the full one." : "."))
    }
  }

  /// Stress over strain, for outputs whose names differ in these words alone.
  private var loopCurves: [ReportContent.Curves] {
    let answers = files.results.query.prefix(3).filter { $0.steps.count > 1 }
    guard let names = answers.first?.steps.first?.outputs.map(\.key) else { return [] }
    let layout = files.study.caseFile.layout
    return names.enumerated().compactMap { o, name in
      guard name.contains("stress"),
        let e = names.firstIndex(of: name.replacing("stress", with: "strain"))
      else { return nil }
      return ReportContent.Curves(
        name, over: names[e],
        lines: answers.flatMap { answer -> [Line] in
          let point = layout.words(answer.parameter)
          let own = Line(
            point, x: answer.steps.map { $0.outputs[e].value },
            y: answer.steps.map { $0.outputs[o].value })
          let full = answer.steps.compactMap(\.fullOutputs)
          guard full.count == answer.steps.count else { return [own] }
          return [
            own,
            Line(
              point.isEmpty ? "full model" : "\(point), full model", x: full.map { $0[e].value },
              y: full.map { $0[o].value }, style: .reference),
          ]
        },
        caption: "The loop of \(name) over \(names[e])"
          + (isReduced ? ", of the reduced model and, dashed, of the full one." : "."))
    }
  }

  /// How the residual of a cubature falls with its points.
  private var cubatureCurves: [ReportContent.Curves] {
    guard let history = files.results.reduction?.cubatureHistory, history.count > 1 else {
      return []
    }
    return [
      ReportContent.Curves(
        "relative residual of the cubature", over: "points", logarithmic: .ordinate,
        lines: [
          Line("", x: history.map { Double($0.points) }, y: history.map(\.residual))
        ],
        caption: "Points are added until the cubature integrates the virtual work of all modes to "
          + "its tolerance.")
    ]
  }

  /// What an indicator was learnt to mean.
  private var indicatorCurves: [ReportContent.Curves] {
    guard let reduction = files.results.reduction, reduction.indicatorPairs.count > 1 else {
      return []
    }
    let pairs = reduction.indicatorPairs.sorted { $0.indicator < $1.indicator }
    let estimates = reduction.indicatorEstimates.sorted { $0.indicator < $1.indicator }
    return [
      ReportContent.Curves(
        "relative error of stress and history", over: "indicator", logarithmic: .both,
        lines: [
          Line("true error", x: pairs.map(\.indicator), y: pairs.map(\.error), style: .points),
          Line("estimate", x: estimates.map(\.indicator), y: estimates.map(\.estimate)),
        ],
        caption: "Errors of the reduced model, of a coarser one and of models of a part of the "
          + "training in its runs over the indicator, and the estimate that is made of it: the mean "
          + "and two deviations.")
    ]
  }

  /// Outputs over the parameter, where there is one and enough queries to see a curve.
  private var sweepCurves: [ReportContent.Curves] {
    let layout = files.study.caseFile.layout
    let answers = files.results.query.filter { $0.parameter.count == 1 && $0.steps.isEmpty }
      .sorted { $0.parameter[0] < $1.parameter[0] }
    guard layout.count == 1, answers.count >= 5, let names = answers.first?.outputs.map(\.key)
    else { return [] }
    let x = answers.map { $0.parameter[0] }
    let axis = layout.componentNames[0]
    return names.prefix(12).enumerated().map { o, name in
      var lines = [
        Line(isReduced ? "reduced model" : "", x: x, y: answers.map { $0.outputs[o].value })
      ]
      let full = answers.filter { $0.fullOutputs != nil }
      if isReduced, !full.isEmpty {
        lines.append(
          Line(
            "full model", x: full.map { $0.parameter[0] },
            y: full.compactMap { $0.fullOutputs?[o].value }, style: .reference))
      }
      return ReportContent.Curves(
        name, over: axis, lines: lines, caption: "Output \(name) over \(axis).")
    }
  }

  /// The largest error and estimate over the unseen points at each time, at the largest size judged.
  private var errorCurves: [ReportContent.Curves] {
    guard let judged = files.numbers.validation?.sizes.last,
      let times = judged.points.first?.steps.map(\.time), times.count > 1
    else { return [] }
    func largest(_ value: (Results.Validation.Point, Int) -> Double?) -> [Double] {
      times.indices.map { k in judged.points.compactMap { value($0, k) }.max() ?? .nan }
    }
    var lines = [Line("error, largest", x: times, y: largest { $0.steps[$1].error })]
    if judged.points.contains(where: { $0.steps.contains { $0.estimate != nil } }) {
      lines.append(Line("estimate, largest", x: times, y: largest { $0.steps[$1].estimate }))
    }
    return [
      ReportContent.Curves(
        files.results.reduction?.points == nil
          ? "error in the norm of the product" : "relative error of p, or of the stress", over: "t",
        logarithmic: .ordinate, lines: lines,
        caption:
          "Errors of the reduced model with \(judged.size) vectors at each time, the largest "
          + "over the unseen points.")
    ]
  }

  /// The mean length of the increments of each step, where some step took several.
  private var incrementCurves: [ReportContent.Curves] {
    let lines = files.results.query.prefix(3).compactMap { answer -> Line? in
      let steps = answer.steps
      guard steps.contains(where: { $0.increments ?? 0 > 1 }) else { return nil }
      let lengths = zip(steps, steps.dropFirst()).map {
        ($1.time - $0.time) / Double(max(1, $1.increments ?? 1))
      }
      return Line(
        files.study.caseFile.layout.words(answer.parameter), x: steps.dropFirst().map(\.time),
        y: lengths)
    }
    guard !lines.isEmpty else { return [] }
    return [
      ReportContent.Curves(
        "length of an increment", over: "t", logarithmic: .ordinate, lines: lines,
        caption: "How far the increments went in time, the mean of each step.")
    ]
  }

  /// The residual of an iteration, of the first answer that needed one.
  private var iterationCurves: [ReportContent.Curves] {
    guard let answer = files.results.query.first(where: { $0.iteration != nil }),
      let iteration = answer.iteration, iteration.residuals.count > 1
    else { return [] }
    return [
      ReportContent.Curves(
        "norm of the residual", over: "iteration", logarithmic: .ordinate,
        lines: [
          Line("", x: iteration.residuals.indices.map(Double.init), y: iteration.residuals)
        ],
        caption: "Newton's method"
          + (iteration.converged ? "." : ": it did not converge; the last values are no solution."))
    ]
  }
}
