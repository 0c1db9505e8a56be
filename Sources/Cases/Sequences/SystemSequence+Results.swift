internal import ComplexModule
internal import Krylov
internal import LinearSolvers
internal import ModelReduction
internal import Plots

extension SystemSequence {
  /// All numbers, for machines.
  public var json: JSONValue {
    .members([
      ("systems", .array(entries.map(json))),
      ("order", .array(order.map { .integer($0) })),
      ("orderedBy", .string(request.settings.order.rawValue)),
      ("pathLength", pathLengths.map { .numbers([$0.given, $0.sorted]) }),
      ("iterations", .integer(entries.reduce(0) { $0 + $1.report.iterations })),
      ("products", .integer(entries.reduce(0) { $0 + $1.report.products })),
      ("converged", .integer(entries.filter { $0.report.status.isConverged }.count)),
      (
        "ritzValues",
        .array(
          ritzValues.map { entry in
            .object([
              ("system", .integer(entry.system)),
              ("real", .numbers(entry.values.filter(\.isFinite).map(\.real))),
              ("imaginary", .numbers(entry.values.filter(\.isFinite).map(\.imaginary))),
            ])
          })
      ),
      ("notes", .array(notes.map { .string($0) })), ("seconds", .number(seconds)),
      ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ])
  }

  private func json(_ entry: Entry) -> JSONValue {
    .members([
      ("matrix", .string(entry.matrix)), ("rightHandSide", .string(entry.rightHandSide)),
      ("column", .integer(entry.column)), ("method", .string(entry.choice.method.rawValue)),
      ("preconditioner", .string(entry.choice.preconditioner.rawValue)),
      ("recycle", .integer(entry.choice.recycle)),
      ("because", .array(entry.choice.reasons.map { .string($0) })),
      ("iterations", .integer(entry.report.iterations)),
      ("products", .integer(entry.report.products)),
      ("preconditionings", .integer(entry.report.preconditionings)),
      (
        "residual",
        entry.report.residual.isFinite ? .number(entry.report.residual) : .null
      ), ("seconds", .number(entry.seconds)),
      ("status", .string(entry.report.status.description)),
      ("iterationsWithoutRecycling", entry.plainIterations.map { .integer($0) }),
      ("solution", entry.solution.map { .string($0) }),
    ])
  }

  /// The essentials, for people: a line a system, many cut short in the middle.
  public var text: String {
    var lines: [String] = []
    if let choice = entries.first?.choice { lines.append(choice.description) }
    for index in entries.indices {
      if entries.count > 24, (12..<entries.count - 8).contains(index) {
        if index == 12 { lines.append("  … \(entries.count - 20) systems") }
        continue
      }
      let entry = entries[index]
      let column = entry.column > 0 ? " column \(entry.column + 1)" : ""
      let plain = entry.plainIterations.map { ", \($0) without recycling" } ?? ""
      lines.append(
        "\(entry.matrix) \(entry.rightHandSide)\(column): \(entry.report.status), "
          + "\(entry.report.iterations) iterations\(plain), residual "
          + "\(NumberText(entry.report.residual, digits: 3).plain), "
          + "\(NumberText(1e3 * entry.seconds, digits: 3).plain) ms")
    }
    if let lengths = pathLengths, lengths.given > 0 {
      lines.append(
        "sorted by \(request.settings.order.rawValue): the path through the matrices is "
          + "\(NumberText(lengths.sorted / lengths.given, digits: 3).plain) of that in the order given"
      )
    }
    let total = entries.reduce(0) { $0 + $1.report.iterations }
    lines.append(
      "\(entries.count) systems, \(total) iterations, "
        + "\(NumberText(seconds, digits: 3).plain) s")
    lines += notes.map { "note: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
