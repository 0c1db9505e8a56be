internal import LinearAlgebra
public import ModelReduction
internal import Plots

/// All methods of interpolation on the same snapshots, judged on those that were held out.
public struct PointComparison: Sendable {
  /// The snapshots.
  public let input: SnapshotInput
  /// How many snapshots the methods learn from, and on how many they are judged.
  public let counts: (training: Int, heldOut: Int)
  /// The account.
  public let comparison: InterpolationComparison

  /// Compares.
  ///
  /// - Parameters:
  ///   - input: The snapshots.
  ///   - options: Tolerance and size.
  ///   - every: Each snapshot of this number is held out.
  ///   - oversampling: Points for each mode in a second round.
  /// - Throws: `SnapshotError`; `refused` where all snapshots do not fit into memory.
  public init(
    _ input: SnapshotInput, options: InterpolationOptions, every: Int = 4,
    oversampling: Double = 1.5
  ) throws(SnapshotError) {
    let source = try input.source()
    guard source.count >= every else {
      throw .refused(
        "\(input.title): \(source.count) snapshots, of which none is the \(every)th; give more, or a "
          + "smaller --hold-out")
    }
    guard source.byteCount <= input.memory else {
      throw .refused(
        "\(input.title): \(MemorySize.text(source.byteCount)) of snapshots do not fit into "
          + "\(MemorySize.text(input.memory)); allow more with --memory")
    }
    let all = try source.snapshots(0..<source.count)
    let held = (0..<source.count).filter { $0 % every == every - 1 }
    let rest = (0..<source.count).filter { $0 % every != every - 1 }
    func some(_ columns: [Int]) -> DenseMatrix<Double> {
      DenseMatrix(rowCount: all.rowCount, columns: columns.map { all.column($0) })
    }
    do throws(HyperReductionError) {
      comparison = try InterpolationComparison(
        training: some(rest), heldOut: some(held), options: options, oversampling: oversampling)
    } catch { throw .refused("\(error)") }
    (self.input, counts) = (input, (rest.count, held.count))
  }

  var table: ReportTable {
    ReportTable(
      name: "points",
      columns: [
        "method", "modes", "points", "worst error", "in the mean square", "Lebesgue constant",
        "‖(PᵀΨ)⁺‖", "seconds", "refused",
      ],
      rows: comparison.rows.map {
        $0.refusal == nil
          ? [
            .text($0.name), .count($0.modeCount), .count($0.pointCount),
            .number($0.worstError, digits: 3), .number($0.worstEuclideanError, digits: 3),
            .number($0.lebesgueConstant, digits: 3), .number($0.inverseNorm, digits: 3),
            .number($0.seconds, digits: 3), .none,
          ]
          : [
            .text($0.name), .none, .none, .none, .none, .none, .none, .none,
            .text($0.refusal ?? ""),
          ]
      })
  }
}

extension PointComparison: SnapshotComparison {
  /// All numbers.
  public var json: JSONValue {
    .object([
      ("training", .integer(counts.training)), ("heldOut", .integer(counts.heldOut)),
      (
        "methods",
        .array(
          comparison.rows.map {
            .members([
              ("method", .string($0.method.rawValue)),
              ("isOversampled", .boolean($0.isOversampled)),
              ("modes", .integer($0.modeCount)), ("points", .integer($0.pointCount)),
              ("interpolationError", .number($0.worstError)),
              ("euclideanError", .number($0.worstEuclideanError)),
              ("lebesgueConstant", .number($0.lebesgueConstant)),
              ("inverseNorm", .number($0.inverseNorm)), ("seconds", .number($0.seconds)),
              ("refusal", $0.refusal.map { .string($0) }),
            ])
          })
      ), ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ])
  }

  /// The rows, set in columns.
  public var text: String {
    "\(counts.training) snapshots to learn from, \(counts.heldOut) held out\n" + table.plain
  }

  /// The report.
  public func page() -> String {
    ReportPage.comparison(
      "Methods of interpolation", of: input.title, table,
      caption:
        "Learnt from \(counts.training) snapshots, judged on \(counts.heldOut) others; errors "
        + "relative to the maximum, or the norm, of each.",
      bars: comparison.rows.filter { $0.refusal == nil }.map { ($0.name, $0.seconds) })
  }
}
