extension Results {
  /// A vector of the greedy algorithm.
  public struct GreedyStep: Sendable {
    /// The training row whose solution became this vector, from 0.
    public var row: Int
    /// The point.
    public var parameter: [Double]
    /// The largest estimate over the training set once the vector is in.
    public var estimate: Double?
    /// What the estimate promises.
    public var guarantee: Guarantee

    /// A step.
    public init(row: Int, parameter: [Double], estimate: Double?, guarantee: Guarantee) {
      self.row = row
      self.parameter = parameter
      self.estimate = estimate
      self.guarantee = guarantee
    }
  }

  /// Stability constants by successive constraints.
  public struct Stability: Sendable {
    /// Reference parameters.
    public var references: Int
    /// Eigenproblems solved.
    public var eigenproblems: Int
    /// Training points without a bound.
    public var uncovered: Int
    /// The least and the largest lower bound over the others.
    public var range: ClosedRange<Double>?
  }

  /// A part of the parameter domain with a basis of its own.
  public struct Part: Sendable {
    /// Its least parameters.
    public var lower: [Double]
    /// Its largest parameters.
    public var upper: [Double]
    /// The number of vectors.
    public var size: Int
    /// The largest estimate over its training points.
    public var estimate: Double?
  }

  /// How the basis came about.
  public struct Reduction: Sendable {
    /// `greedy` or `pod`.
    public var method: String
    /// The number of vectors.
    public var size: Int
    /// The inner product.
    public var product: String
    /// σ₁ ≥ σ₂ ≥ …, for POD.
    public var singularValues: [Double] = []
    /// The retained share of the energy after 1, 2, … vectors, for POD.
    public var retainedEnergy: [Double] = []
    /// The history of the greedy algorithm.
    public var greedy: [GreedyStep] = []
    /// The relative error below which nothing is certified.
    public var certifiedDownTo: Double?
    /// Why it stopped, in words.
    public var stopped: String?
    /// The parts of the domain, where each has a basis of its own.
    public var parts: [Part] = []
    /// What eigenproblems say of stability constants.
    public var stability: Stability?
    /// The points that the online stage of a hyperreduced model evaluates; nil for other models.
    public var points: Int?
    /// The cells in which they lie.
    public var cells: Int?
    /// The relative residual of its cubature.
    public var cubatureResidual: Double?
    /// Points and relative residual of a cubature after each round of its selection.
    public var cubatureHistory: [(points: Int, residual: Double)] = []
    /// What a calibrated indicator was learnt from.
    public var indicatorPairs: [(indicator: Double, error: Double)] = []
    /// The errors estimated from some indicators.
    public var indicatorEstimates: [(indicator: Double, estimate: Double)] = []
    /// What regressions for whole dual fields have found.
    public var reconstructions: [Reconstruction] = []
    /// Steps that the full model computed while queries were answered.
    public var enrichments: [Enrichment] = []

    /// How a dual field comes from the selected points.
    public struct Reconstruction: Sendable {
      /// The field.
      public var field: String
      /// The penalty that leaving out training runs has chosen.
      public var penalty: Double
      /// The relative error of the regression on training runs left out.
      public var error: Double
      /// The same of gappy POD.
      public var gappyError: Double
      /// Whether the regression is taken.
      public var isTaken: Bool
    }

    /// A step computed by the full model, and what it changed.
    public struct Enrichment: Sendable {
      /// The number of the query.
      public var query: Int
      /// The end of the step.
      public var time: Double
      /// The indicator that asked for it; nil where the reduced step did not converge.
      public var indicator: Double?
      /// The error estimated from it.
      public var estimate: Double?
      /// Modes afterwards.
      public var size: Int
      /// Points of the cubature afterwards.
      public var points: Int
      /// Wall seconds of the full step and of the renewed reduction.
      public var seconds: Double
    }

    /// A basis without its history yet.
    public init(method: String, size: Int, product: String) {
      self.method = method
      self.size = size
      self.product = product
    }
  }
}
