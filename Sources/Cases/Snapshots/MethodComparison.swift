public import LinearAlgebra
public import ModelReduction

/// All methods of decomposition on the same snapshots: what each takes and how right it is.
public struct MethodComparison: Sendable {
  /// One method's account.
  public struct Row: Sendable {
    /// The method.
    public let method: PODMethod
    /// The wall time, in seconds.
    public let seconds: Double
    /// Modes.
    public let rank: Int
    /// max |σ − σ(QR)| / σ₁ over the modes kept.
    public let singularValueError: Double
    /// max |VᵀXV − I|.
    public let orthonormalityDefect: Double
    /// ‖S − V VᵀX S‖ / ‖S‖.
    public let projectionError: Double
    /// Why the method refused; nil where it did not.
    public let refusal: String?
  }

  /// The snapshots.
  public let input: SnapshotInput
  /// One per method.
  public let rows: [Row]

  /// Runs all methods.
  ///
  /// - Throws: `SnapshotError` where the snapshots cannot be read or QR fails.
  public init(_ input: SnapshotInput, options: PODOptions) throws(SnapshotError) {
    let source = try input.source()
    let product = try input.product(dimension: source.dimension)
    var rows: [Row] = []
    var reference: [Double] = []
    for method in PODMethod.allCases where method != .automatic {
      var options = options
      (options.method, options.memory) = (method, input.memory)
      let start = ContinuousClock.now
      do throws(SnapshotError) {
        let pod = try POD(of: source, in: product, options: options)
        let spent = start.duration(to: .now).components
        if method == .tallSkinnyQR { reference = pod.singularValues }
        let worst = (0..<pod.basis.size).reduce(0.0) {
          max($0, (pod.singularValues[$1] - ($1 < reference.count ? reference[$1] : 0)).magnitude)
        }
        rows.append(
          Row(
            method: method,
            seconds: Double(spent.seconds) + 1e-18 * Double(spent.attoseconds),
            rank: pod.basis.size,
            singularValueError: worst > 0 ? worst / (reference.first ?? 1) : 0,
            orthonormalityDefect: pod.basis.orthonormalityDefect,
            projectionError: pod.report?.projectionError.relative ?? 0, refusal: nil))
      } catch {
        guard case .refused(let reason) = error, method != .tallSkinnyQR else { throw error }
        rows.append(
          Row(
            method: method, seconds: 0, rank: 0, singularValueError: 0, orthonormalityDefect: 0,
            projectionError: 0, refusal: reason))
      }
    }
    (self.input, self.rows) = (input, rows)
  }

  /// The rows as a table.
  var table: ReportTable {
    ReportTable(
      name: "methods",
      columns: [
        "method", "seconds", "modes", "error of σ", "orthonormality", "projection error", "refused",
      ],
      rows: rows.map {
        $0.refusal == nil
          ? [
            .text($0.method.rawValue), .number($0.seconds, digits: 3), .count($0.rank),
            .number($0.singularValueError, digits: 2),
            .number($0.orthonormalityDefect, digits: 2),
            .number($0.projectionError, digits: 4), .none,
          ]
          : [
            .text($0.method.rawValue), .none, .none, .none, .none, .none,
            .text($0.refusal ?? ""),
          ]
      })
  }
}

/// All methods of updating on the same snapshots, appended in blocks.
public struct UpdateComparison: Sendable {
  /// The snapshots.
  public let input: SnapshotInput
  /// Snapshots of the start, and of a block.
  public let sizes: (start: Int, block: Int)
  /// The account.
  public let comparison: SVDUpdateComparison

  /// Runs all methods: a decomposition of the first snapshots, then the others in blocks.
  ///
  /// - Throws: `SnapshotError`.
  public init(
    _ input: SnapshotInput, rank: Int, block: Int
  ) throws(SnapshotError) {
    let source = try input.source()
    guard source.count > 1 else {
      throw .refused("\(input.title): one snapshot cannot be appended to another; give more")
    }
    let start = max(1, min(source.count / 2, rank))
    var updates: [SVDUpdate] = []
    for first in stride(from: start, to: source.count, by: block) {
      let part = try source.snapshots(first..<min(source.count, first + block))
      updates.append(.appendColumns(.dense(part)))
    }
    let head = try source.snapshots(0..<start)
    do throws(SVDUpdateError) {
      comparison = try SVDUpdateComparison(
        start: TruncatedSVD(of: head, rank: rank), rank: rank, updates: updates)
    } catch { throw .refused("\(error)") }
    (self.input, sizes) = (input, (start, block))
  }

  var table: ReportTable {
    ReportTable(
      name: "updates",
      columns: [
        "method", "s per block", "orthonormality", "from Zha–Simon", "from fresh", "bound",
      ],
      rows: comparison.rows.map {
        [
          .text($0.method.name), .number($0.meanSeconds, digits: 3),
          .number($0.orthonormalityDefect, digits: 2),
          .number($0.errorAgainstZhaSimon, digits: 2),
          $0.errorAgainstFresh.map { .number($0, digits: 2) } ?? .none,
          .number($0.relativeErrorBound, digits: 2),
        ]
      })
  }
}

/// Two bases: the angles between the spaces they span.
public struct BasisComparison: Sendable {
  /// The files.
  public let files: [String]
  /// The sizes.
  public let sizes: [Int]
  /// θ₁ ≤ θ₂ ≤ …, in radians.
  public let angles: PrincipalAngles

  /// Compares.
  ///
  /// - Parameters:
  ///   - first: A basis, or any array whose columns span a space.
  ///   - second: As `first`.
  ///   - input: The product in which angles are measured.
  /// - Throws: `SnapshotError`.
  public init(
    _ first: String, _ second: String, in input: SnapshotInput
  ) throws(SnapshotError) {
    let (a, b) = (try BasisFile(reading: first), try BasisFile(reading: second))
    guard a.dimension == b.dimension else {
      throw .mismatch(
        source: second, found: "modes of \(b.dimension) numbers",
        expected: "\(a.dimension), as \(first) has")
    }
    let product: InnerProduct<Double>
    if input.productFile == nil, input.weightsFile == nil, let weights = a.weights {
      product = InnerProduct(weights: weights, name: a.product)
    } else {
      product = try input.product(dimension: a.dimension)
    }
    angles = try PrincipalAngles(between: a.modes, and: b.modes, in: product)
    (files, sizes) = ([first, second], [a.size, b.size])
  }

  var table: ReportTable {
    ReportTable(
      name: "angles", columns: ["angle", "θ in radians", "sin θ"],
      rows: angles.values.indices.map {
        [.count($0 + 1), .number(angles.values[$0]), .number(angles.sines[$0])]
      }, isAligned: true)
  }
}
