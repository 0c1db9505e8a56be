extension ReportContent {
  /// What an estimate is worth.
  public enum Guarantee: String, Sendable, Hashable {
    /// Never smaller than the error.
    case upperBound
    /// Usually near the error, no promise.
    case indicator
    /// Below the round-off floor: nothing is promised.
    case notCertified

    var words: String {
      switch self {
      case .upperBound: "upper\u{A0}bound"
      case .indicator: "indicator"
      case .notCertified: "not\u{A0}certified"
      }
    }
  }

  /// The history of a weak greedy algorithm.
  public struct Greedy: Sendable {
    /// One step: the basis after it.
    public struct Step: Sendable, Hashable {
      /// Basis vectors after the step.
      public var size: Int
      /// Training row whose solution became the new vector, from 0.
      public var row: Int
      /// Its parameter, all components in order.
      public var parameter: [Double]
      /// Largest estimate over the training set once the vector is in.
      public var estimate: Double
      /// What that estimate is worth.
      public var guarantee: Guarantee

      /// A step.
      public init(
        size: Int, row: Int, parameter: [Double], estimate: Double,
        guarantee: Guarantee = .upperBound
      ) {
        self.size = size
        self.row = row
        self.parameter = parameter
        self.estimate = estimate
        self.guarantee = guarantee
      }
    }

    /// A curve to compare with, such as the true error or the classical estimator.
    public struct Comparison: Sendable, Hashable {
      /// Its name.
      public var name: String
      /// Basis sizes.
      public var sizes: [Int]
      /// One value for each size.
      public var values: [Double]

      /// A curve of values over sizes; the arrays must be equally long.
      public init(_ name: String, sizes: [Int], values: [Double]) {
        precondition(
          sizes.count == values.count, "\(sizes.count) sizes for \(values.count) values")
        self.name = name
        self.sizes = sizes
        self.values = values
      }
    }

    /// The steps, first to last.
    public var steps: [Step]
    /// What is measured: "relative bound", "absolute bound".
    public var measure: String
    /// Where the algorithm stops; `nil` if only the size counts.
    public var tolerance: Double?
    /// Round-off floor of the estimate in the same measure.
    public var floor: Double?
    /// Size of the training set.
    public var trainingCount: Int
    /// Curves to compare with.
    public var comparisons: [Comparison]

    /// A history.
    public init(
      steps: [Step], measure: String, tolerance: Double?, floor: Double? = nil,
      trainingCount: Int, comparisons: [Comparison] = []
    ) {
      self.steps = steps
      self.measure = measure
      self.tolerance = tolerance
      self.floor = floor
      self.trainingCount = trainingCount
      self.comparisons = comparisons
    }
  }

  /// The singular values of a set of snapshots.
  public struct Spectrum: Sendable {
    /// σ₁ ≥ σ₂ ≥ …, including those cut off.
    public var singularValues: [Double]
    /// Number of modes kept.
    public var size: Int
    /// Level below which singular values are round-off; `nil` if not known.
    public var noiseFloor: Double?
    /// √(discarded energy / total energy) that was asked for.
    public var tolerance: Double?

    /// A spectrum and where it was cut.
    public init(
      singularValues: [Double], size: Int, noiseFloor: Double? = nil, tolerance: Double? = nil
    ) {
      self.singularValues = singularValues
      self.size = size
      self.noiseFloor = noiseFloor
      self.tolerance = tolerance
    }
  }

  /// The comparison of reduced and full model at parameters that were not trained on.
  public struct Validation: Sendable {
    /// One basis size; the three arrays run over the same unseen points.
    public struct Size: Sendable, Hashable {
      /// Basis vectors.
      public var size: Int
      /// True errors.
      public var errors: [Double]
      /// Estimates; empty where the model has none.
      public var estimates: [Double]
      /// Estimate over error; NaN where not certified; empty where there is no estimate.
      public var effectivities: [Double]
      /// Points at which the estimate fell below its round-off floor.
      public var uncertifiedCount: Int
      /// The errors of each field, where several are judged.
      public var fields: [FieldError]
      /// What stands beside these errors, in two or three words.
      public var fieldsBeside: String?

      /// How far one field is from the full model's.
      public struct FieldError: Sendable, Hashable {
        /// Its name.
        public var field: String
        /// Over all points.
        public var largest: Double
        /// Over all points.
        public var mean: Double
        /// The largest of what it is compared with.
        public var comparedLargest: Double?
        /// The mean of what it is compared with.
        public var comparedMean: Double?
      }

      /// The judgement of one basis size.
      public init(
        size: Int, errors: [Double], estimates: [Double] = [], effectivities: [Double] = [],
        uncertifiedCount: Int = 0, fields: [FieldError] = [], fieldsBeside: String? = nil
      ) {
        self.size = size
        self.errors = errors
        self.estimates = estimates
        self.effectivities = effectivities
        self.uncertifiedCount = uncertifiedCount
        self.fields = fields
        self.fieldsBeside = fieldsBeside
      }
    }

    /// The sizes, ascending.
    public var sizes: [Size]
    /// What is measured: "relative error in the energy norm".
    public var measure: String
    /// Where the points come from: "100 points, log-random, seed 2".
    public var points: String
    /// What the estimates are worth.
    public var guarantee: Guarantee
    /// Round-off floor of the estimate in the same measure.
    public var floor: Double?
    /// What the full model stands for, in sentences of markup; may be empty.
    public var truth = ""

    /// A comparison.
    public init(
      sizes: [Size], measure: String, points: String, guarantee: Guarantee = .upperBound,
      floor: Double? = nil
    ) {
      self.sizes = sizes
      self.measure = measure
      self.points = points
      self.guarantee = guarantee
      self.floor = floor
    }
  }

  /// A step of a query that the full model computed, and what the reduced one was afterwards.
  public struct Enrichment: Sendable, Hashable {
    /// The number of the query.
    public var query: Int
    /// The end of the step.
    public var time: Double
    /// The indicator that asked for it; nil where the reduced step did not converge.
    public var indicator: Double?
    /// The error estimated from it.
    public var estimate: Double?
    /// Modes.
    public var size: Int
    /// Points of the cubature.
    public var points: Int
    /// Wall seconds of the step and of the renewed reduction.
    public var seconds: Double
  }

  /// One output at one point.
  public struct Query: Sendable, Hashable {
    /// The point, in words: "k = (1, 1, 2)".
    public var point: String
    /// Name of the output.
    public var output: String
    /// Unit; may be empty.
    public var unit: String
    /// Answer of the reduced model.
    public var reduced: Double?
    /// Answer of the full model.
    public var full: Double?
    /// Estimate of the difference.
    public var bound: Double?
    /// What the estimate is worth.
    public var guarantee: Guarantee?

    /// An answer.
    public init(
      point: String, output: String, unit: String = "", reduced: Double?, full: Double? = nil,
      bound: Double? = nil, guarantee: Guarantee? = nil
    ) {
      self.point = point
      self.output = output
      self.unit = unit
      self.reduced = reduced
      self.full = full
      self.bound = bound
      self.guarantee = guarantee
    }
  }

  /// Errors of one output over the unseen points at one basis size, beside their bounds.
  public struct OutputError: Sendable, Hashable {
    /// Name of the output.
    public var output: String
    /// Basis vectors.
    public var size: Int
    /// |full − reduced|, in the unit of the output.
    public var errors: [Double]
    /// Bounds; empty where there are none.
    public var bounds: [Double]

    /// Errors and bounds over the same points.
    public init(output: String, size: Int, errors: [Double], bounds: [Double] = []) {
      precondition(
        bounds.isEmpty || bounds.count == errors.count,
        "\(errors.count) errors for \(bounds.count) bounds")
      self.output = output
      self.size = size
      self.errors = errors
      self.bounds = bounds
    }
  }

  /// What the study cost.
  public struct Ledger: Sendable {
    /// Full solves of the offline stage.
    public var fullSolves: Int
    /// Parts of the offline stage with their seconds, in order.
    public var offline: [(name: String, seconds: Double)]
    /// One query of the full model: seconds.
    public var secondsFull: Double?
    /// One query of the reduced model: seconds.
    public var secondsReduced: Double?
    /// Its error estimate: seconds on top.
    public var secondsEstimate: Double?
    /// All whole fields of a query: seconds on top, where they are no part of it.
    public var secondsReconstruction: Double?
    /// Queries from which the reduced model is cheaper in total; `nil` if never.
    public var breakEvenQueries: Int?
    /// Largest memory in use; `nil` if not measured.
    public var peakMemoryBytes: Int?

    /// A ledger.
    public init(
      fullSolves: Int, offline: [(name: String, seconds: Double)], secondsFull: Double? = nil,
      secondsReduced: Double? = nil, secondsEstimate: Double? = nil,
      secondsReconstruction: Double? = nil,
      breakEvenQueries: Int? = nil, peakMemoryBytes: Int? = nil
    ) {
      self.fullSolves = fullSolves
      self.offline = offline
      self.secondsFull = secondsFull
      self.secondsReduced = secondsReduced
      self.secondsEstimate = secondsEstimate
      self.secondsReconstruction = secondsReconstruction
      self.breakEvenQueries = breakEvenQueries
      self.peakMemoryBytes = peakMemoryBytes
    }
  }
}
