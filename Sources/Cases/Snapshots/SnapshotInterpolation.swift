public import LinearAlgebra
public import ModelReduction
internal import Plots

/// Points from which fields like the snapshots are interpolated, and how well.
public struct SnapshotInterpolation: Sendable {
  /// What is asked for.
  public struct Request: Sendable {
    /// The method.
    public var method: InterpolationMethod
    /// More points than modes; as many where nil.
    public var pointCount: Int?
    /// Of the greedy in the maximum norm; the other methods take the modes of the decomposition.
    public var options: InterpolationOptions

    /// A request.
    public init(
      _ method: InterpolationMethod, pointCount: Int? = nil,
      options: InterpolationOptions = InterpolationOptions()
    ) {
      (self.method, self.pointCount, self.options) = (method, pointCount, options)
    }
  }

  /// Modes, points and the fit.
  public let interpolation: EmpiricalInterpolation<Double>
  /// Λ.
  public let lebesgueConstant: Double
  /// max |s − I s| / max |s| of the worst snapshot, of the centred ones where a mean is subtracted.
  public let worstError: Double
  /// Which that is.
  public let worstSnapshot: Int
  /// The wall time of choosing, in seconds.
  public let seconds: Double

  /// Chooses, and judges on the snapshots.
  ///
  /// - Parameters:
  ///   - source: The snapshots.
  ///   - pod: Their decomposition; its modes are interpolated, but for `eim`.
  ///   - memory: Bytes for snapshots.
  /// - Throws: `SnapshotError`.
  init(
    _ request: Request, of source: some SnapshotSource, _ pod: POD<Double>, memory: Int
  ) throws(SnapshotError) {
    let start = ContinuousClock.now
    let mean = pod.report?.mean
    guard request.method != .eim || mean == nil else {
      throw .refused("EIM takes snapshots as they are; leave out the centring, or take Q-DEIM")
    }
    do throws(HyperReductionError) {
      if request.method == .eim {
        var found = try EmpiricalInterpolation(
          SnapshotInterpolation.eim(source, request.options, memory))
        if let count = request.pointCount { found = try found.oversampled(to: count) }
        interpolation = found
      } else {
        interpolation = try EmpiricalInterpolation(
          pod.basis.vectors, by: request.method, pointCount: request.pointCount)
      }
    } catch { throw .refused("\(error)") }
    let spent = start.duration(to: .now).components
    seconds = Double(spent.seconds) + 1e-18 * Double(spent.attoseconds)
    lebesgueConstant = interpolation.lebesgueConstant()
    var (worst, place) = (0.0, 0)
    let width = max(1, min(source.count, memory / max(1, 32 * source.dimension)))
    for first in stride(from: 0, to: source.count, by: width) {
      var part = try source.snapshots(first..<min(source.count, first + width))
      if let mean {
        for j in 0..<part.columnCount {
          for i in 0..<source.dimension { part.values[i + j * source.dimension] -= mean[i] }
        }
      }
      let errors = interpolation.errors(of: part)
      if errors.worst > worst { (worst, place) = (errors.worst, first + errors.worstField) }
    }
    (worstError, worstSnapshot) = (worst, place)
  }

  private static func eim(
    _ source: some SnapshotSource, _ options: InterpolationOptions, _ memory: Int
  ) throws(HyperReductionError) -> EIM<Double> {
    do throws(SnapshotError) { return try EIM(of: source, options: options, memory: memory) } catch
    {
      throw .refused("\(error)")
    }
  }

  /// The members that a report for machines has.
  var members: [(String, JSONValue?)] {
    [
      ("interpolation", .string(interpolation.method.rawValue)),
      ("points", .array(interpolation.points.map { .integer($0) })),
      ("lebesgueConstant", .number(lebesgueConstant)),
      ("inverseNorm", .number(interpolation.inverseNorm)),
      ("interpolationError", .number(worstError)),
      ("worstInterpolatedSnapshot", .integer(worstSnapshot)),
      ("interpolationLimit", interpolation.eim.map { .string($0.limit.rawValue) }),
      ("interpolationErrors", interpolation.eim.map { .numbers($0.errors) }),
      ("interpolationSeconds", .number(seconds)),
    ]
  }

  /// One line for people.
  var line: String {
    "\(interpolation.method.name): \(interpolation.points.count) points for "
      + "\(interpolation.modes.columnCount) modes, worst interpolated snapshot off by "
      + "\(NumberText(worstError, digits: 4).plain) of its maximum (snapshot \(worstSnapshot)), "
      + "Lebesgue constant \(NumberText(lebesgueConstant, digits: 4).plain)"
  }
}

extension ReportPage {
  /// Points, constants and the decay of the greedy.
  mutating func addInterpolation(_ found: SnapshotInterpolation) {
    let interpolation = found.interpolation
    section("Interpolation from points")
    paragraph(
      "\(interpolation.method.name) chose \(interpolation.points.count) entries that tell "
        + "\(interpolation.modes.columnCount) modes apart: from the values there a whole field "
        + "follows. Of the snapshots the worst, number \(found.worstSnapshot), is missed by "
        + "\(ReportWords.number(found.worstError)) of its maximum. The Lebesgue constant "
        + "\(ReportWords.number(found.lebesgueConstant)) says how much farther than the best "
        + "approximation that can be, less one; ‖(PᵀΨ)⁺‖ = "
        + "\(ReportWords.number(interpolation.inverseNorm)) how much an error of the values weighs."
    )
    if let errors = interpolation.eim?.errors, errors.count > 1, errors[0] > 0 {
      figure(
        [
          LineChart(
            title: "", xAxis: Axis("modes", including: [0], isIntegral: true),
            yAxis: Axis("largest error", scale: .log),
            series: [
              .init(
                "", x: errors.indices.map(Double.init), y: errors,
                style: LineStyle(.solid, marker: .circle))
            ], width: 680, height: 320
          ).svg()
        ],
        caption: "The largest error of all snapshots at all entries, from step to step.")
    }
    table(
      ReportTable(
        name: "points", columns: ["number", "entry"],
        rows: interpolation.points.enumerated().map { [.count($0 + 1), .count($1)] }, limit: 14,
        isAligned: true), caption: "The points, counted from zero, in the order of their choice.")
  }
}
