/// What a run has found, as it stands in `results.json`.
///
/// Points of the parameter domain are flat vectors in the order of `layout`; outputs are pairs in
/// the order of the case. Every number must be finite; where there is none, it is nil and becomes
/// `null`.
public struct Results: Sendable {
  /// The version of the result format.
  public static let schema = 1

  /// Outputs by name, in the order of the case.
  public typealias Outputs = [(key: String, value: Double)]

  /// The version of Ritz.
  public var version: String
  /// The name of the case file.
  public var caseName: String
  /// The fingerprint of the resolved case.
  public var caseHash: String
  /// The fingerprint of the mesh.
  public var meshHash: String
  /// The parameters, in the order of the flat vectors.
  public var layout: ParameterLayout
  /// What the mesh is; nil where there is none.
  public var mesh: Mesh?
  /// What the function space is.
  public var space: Space
  /// Coefficients that were interpolated, and matrices summed of samples.
  public var interpolations: [Interpolation] = []
  /// The largest relative error of full solutions that comes of sums of samples, where it was measured.
  public var interpolationSolutionError: Double?
  /// The random field of the case; nil where there is none.
  public var randomField: RandomField?
  /// How linear systems were solved; nil where every matrix was factorized.
  public var solver: Solver?
  /// How the basis came about; nil for a plain finite element run.
  public var reduction: Reduction?
  /// Full and reduced model compared, one entry per basis size.
  public var validation: [Validation] = []
  /// The answers.
  public var query: [Query] = []
  /// What it cost.
  public var ledger: Ledger
  /// The number of threads used.
  public var threads: Int?
  /// Things the reader of the numbers should know.
  public var warnings: [String] = []

  /// Results without validation and queries yet.
  public init(
    version: String, caseName: String, caseHash: String, meshHash: String,
    layout: ParameterLayout, mesh: Mesh?, space: Space, ledger: Ledger = Ledger()
  ) {
    self.version = version
    self.caseName = caseName
    self.caseHash = caseHash
    self.meshHash = meshHash
    self.layout = layout
    self.mesh = mesh
    self.space = space
    self.ledger = ledger
  }

  /// A coefficient that does not separate and was interpolated.
  public struct Interpolation: Sendable {
    /// What it is: "source", "conductivity".
    public var name: String
    /// As the case has it.
    public var text: String
    /// The number of terms.
    public var terms: Int
    /// The largest error over the largest value at parameters not learnt from.
    public var error: Double
    /// The Lebesgue constant; of a matrix summed of samples Σ |β_m|.
    public var lebesgueConstant: Double
    /// Of a matrix summed of samples, how many were asked for.
    public var samples: Int?
    /// Of such a matrix, at how many parameters that nothing was learnt from its error was measured.
    public var unseen: Int?
  }

  /// What the mesh is.
  public struct Mesh: Sendable {
    /// A region of it.
    public struct Region: Sendable {
      /// The name.
      public var name: String
      /// 0 to 3.
      public var dimension: Int
      /// Length, area or volume.
      public var measure: Double

      /// A region.
      public init(name: String, dimension: Int, measure: Double) {
        self.name = name
        self.dimension = dimension
        self.measure = measure
      }
    }
    /// 2 or 3.
    public var dimension: Int
    /// The number of points.
    public var points: Int
    /// The number of cells of each shape.
    public var cells: [(key: String, value: Int)]
    /// The regions.
    public var regions: [Region]

    /// A mesh.
    public init(dimension: Int, points: Int, cells: [(key: String, value: Int)], regions: [Region])
    {
      self.dimension = dimension
      self.points = points
      self.cells = cells
      self.regions = regions
    }
  }

  /// What the function space is.
  public struct Space: Sendable {
    /// All degrees of freedom.
    public var dofs: Int
    /// Those not fixed by essential conditions.
    public var free: Int
    /// The degree of the elements; nil where there are none.
    public var degree: Int?
    /// The components of the unknown at a point.
    public var components: Int

    /// A function space.
    public init(dofs: Int, free: Int, degree: Int?, components: Int = 1) {
      self.dofs = dofs
      self.free = free
      self.degree = degree
      self.components = components
    }
  }

  /// What an estimate promises.
  public enum Guarantee: String, Sendable {
    /// It is never below the true error.
    case upperBound
    /// It is near the true error, on either side.
    case indicator
    /// The error is below what can be certified; the estimate is the floor.
    case notCertified
  }

  /// Full and reduced model compared at the unseen points, for one basis size.
  public struct Validation: Sendable {
    /// One point.
    public struct Point: Sendable {
      /// The point.
      public var parameter: [Double]
      /// The outputs of the full model.
      public var full: Outputs
      /// The outputs of the reduced model.
      public var reduced: Outputs
      /// The true error in the norm of the product.
      public var error: Double
      /// The dual norm of the residual.
      public var residual: Double?
      /// The estimate of the error.
      public var estimate: Double?
      /// What the estimate promises.
      public var guarantee: Guarantee
      /// estimate / error; nil where the error is 0.
      public var effectivity: Double?
      /// A bound for the error of each output.
      public var outputBounds: Outputs = []
      /// What each of these bounds promises.
      public var outputGuarantees: [(key: String, value: Guarantee)] = []
      /// What sums of samples miss of the matrices there, relative to these, where they are known; error
      /// and full outputs are then those of the matrices themselves.
      public var interpolationError: Double?
      /// Error and estimate at each time; empty where nothing moves.
      public var steps: [(time: Double, error: Double, estimate: Double?)] = []

      /// A point.
      public init(
        parameter: [Double], full: Outputs, reduced: Outputs, error: Double, residual: Double?,
        estimate: Double?, guarantee: Guarantee, effectivity: Double?
      ) {
        self.parameter = parameter
        self.full = full
        self.reduced = reduced
        self.error = error
        self.residual = residual
        self.estimate = estimate
        self.guarantee = guarantee
        self.effectivity = effectivity
      }
    }
    /// The relative error of a field over all points.
    public struct FieldError: Sendable {
      /// The field.
      public var field: String
      /// The largest.
      public var max: Double
      /// The mean.
      public var mean: Double

      /// The error of a field.
      public init(field: String, max: Double, mean: Double) {
        self.field = field
        self.max = max
        self.mean = mean
      }
    }
    /// The basis size.
    public var size: Int
    /// The points.
    public var points: [Point]
    /// The fields' errors.
    public var errors: [FieldError]
    /// Those of gappy POD, where a regression or the laws give the fields.
    public var gappyErrors: [FieldError] = []
    /// Those of the model as training left it, where queries have enriched it since.
    public var trainedErrors: [FieldError] = []
    /// The largest value of other estimators, by name.
    public var estimators: [(key: String, value: Double)] = []

    /// What sums of samples miss of the matrices at the worst of the points, where they are known.
    public var interpolationError: Double? { points.compactMap(\.interpolationError).max() }

    /// The judgement of one basis size.
    public init(size: Int, points: [Point], errors: [FieldError]) {
      self.size = size
      self.points = points
      self.errors = errors
    }
  }

  /// An answer.
  public struct Query: Sendable {
    /// The point.
    public var parameter: [Double]
    /// The outputs of the reduced model; of the full model where there is no reduced one.
    public var outputs: Outputs
    /// The outputs of the full model, where it was solved beside the reduced one.
    public var fullOutputs: Outputs?
    /// The estimate of the error in the norm of the product.
    public var estimate: Double?
    /// What the estimate promises.
    public var guarantee: Guarantee?
    /// A bound for the error of each output.
    public var outputBounds: Outputs = []
    /// What each of these bounds promises.
    public var outputGuarantees: [(key: String, value: Guarantee)] = []
    /// The norm of the reduced solution, to which relative errors refer.
    public var norm: Double?
    /// Whether the point lies outside the parameter domain.
    public var isOutside = false
    /// Whether the estimate exceeds the error that is allowed, where one is known.
    public var isAboveTolerance = false
    /// The outputs at each time; empty where nothing moves.
    public var steps: [Step] = []
    /// Natural frequencies, ascending; empty where none are asked for.
    public var frequencies: [Double] = []
    /// How an iteration went, where one was needed.
    public var iteration: Iteration?

    /// An answer.
    public init(
      parameter: [Double], outputs: Outputs, fullOutputs: Outputs? = nil, estimate: Double? = nil,
      guarantee: Guarantee? = nil
    ) {
      self.parameter = parameter
      self.outputs = outputs
      self.fullOutputs = fullOutputs
      self.estimate = estimate
      self.guarantee = guarantee
    }
  }

  /// An answer at a time.
  public struct Step: Sendable {
    /// The time.
    public var time: Double
    /// The outputs of the reduced model; of the full model where there is no reduced one.
    public var outputs: Outputs
    /// The outputs of the full model, where it was solved beside the reduced one.
    public var fullOutputs: Outputs?
    /// The estimate of the error in the norm of the product.
    public var estimate: Double?
    /// The iterations of the step that led here, where some were needed.
    public var iterations: Int?
    /// The increments of that step, where it may have several.
    public var increments: Int?

    /// An answer at a time.
    public init(time: Double, outputs: Outputs, estimate: Double? = nil) {
      self.time = time
      self.outputs = outputs
      self.estimate = estimate
    }
  }

  /// How an iteration went.
  public struct Iteration: Sendable {
    /// Whether it came to its end.
    public var converged: Bool
    /// The norm of the residual before each iteration and after the last.
    public var residuals: [Double]
    /// Why it did not, in words, where it can be said.
    public var reason: String?

    /// An iteration.
    public init(converged: Bool, residuals: [Double]) {
      self.converged = converged
      self.residuals = residuals
    }
  }

  /// What it cost.
  public struct Ledger: Sendable {
    /// Solutions of the full model.
    public var fullSolves = 0
    /// Seconds in each phase; the six of the contract come first whatever is given here.
    public var seconds: [(key: String, value: Double)] = []
    /// Seconds for one query of the full model, the reduced model, and the estimate.
    public var secondsPerQuery: (full: Double?, reduced: Double?, estimate: Double?)
    /// Seconds for the whole fields of one query at all its times, on top of the reduced model; nil
    /// where they are no work of their own.
    public var secondsOfReconstruction: Double?
    /// From how many queries on the reduction has paid; nil where it never does.
    public var breakEvenQueries: Double?
    /// The most memory the process held.
    public var peakMemoryBytes = 0

    /// Nothing spent yet.
    public init() {}
  }
}
