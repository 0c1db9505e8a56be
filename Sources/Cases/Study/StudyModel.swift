internal import LinearSolvers
internal import Meshes
internal import ModelReduction
internal import Physics

/// A discretised problem, as the rest of a study sees it: it answers at parameters, and says whether
/// and how it can be reduced.
///
/// A kind of physics hands over one of these; nothing else in this room knows which physics it is.
protocol StudyModel: Sendable {
  /// What it is.
  var facts: StudyModelFacts { get }
  /// What its solver has done so far.
  var work: FullOrderSolver.Work { get }
  /// Solves linear systems as the settings say from now on.
  func use(_ settings: SolverSettings)
  /// What was solved in sequences; nil where every matrix was factorized.
  var sequence: SequenceAccount? { get }
  /// The subdomain at each point of the mesh that is drawn, where a Schwarz method solves: NaN where no
  /// unknown is free.
  var partition: StudyField? { get }
  /// The answers at some points, in their order.
  ///
  /// - Throws: What stands in the way of a solution.
  func answers(at points: [Parameter]) throws -> [StudyAnswer]
  /// Refuses a point where the model has no answer, as far as that is known without solving.
  func check(_ mu: Parameter) throws(ModelError)
  /// A reduced model as a case asks for it.
  ///
  /// - Throws: `StudyError.notReducible` where this kind of model cannot be reduced, or what stands
  ///   in the way.
  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction
}

extension StudyModel {
  func use(_ settings: SolverSettings) {}
  var sequence: SequenceAccount? { nil }
  var partition: StudyField? { nil }
  func check(_ mu: Parameter) throws(ModelError) {}
}

/// What a model is, in numbers and words.
struct StudyModelFacts: Sendable {
  /// The kind for the report: "steady diffusion".
  let kind: String
  /// Its unknowns.
  let space: Results.Space
  /// The sizes in one line.
  let summary: String
  /// What is worth a word: repaired or doubtful data.
  let notes: [String]
  /// What is worth a word only where the model is reduced.
  var reductionNotes: [String] = []
  /// What `ritz check` says of terms, coefficients and outputs: a heading and its text.
  let plan: [(heading: String, text: String)]
  /// What the report says of its terms.
  let terms: String
  /// The mesh on whose points fields are drawn; nil where there are no fields.
  let plotMesh: Mesh?
  /// The same of this rank where the mesh is in pieces: fields are written on it, and `plotMesh` is nil
  /// where the whole is too large for pictures.
  var plotPiece: MeshPiece?
  /// Gathers fields on pieces for pictures, where the mesh is in pieces.
  var gathered: GatheredPlot?
  /// Coefficients that were interpolated because they do not separate.
  var interpolations: [CoefficientInterpolation.Report] = []
  /// Matrices and vectors that are summed of samples.
  var nonintrusive: [NonintrusiveReport] = []
  /// How much of the solution that misses, where it was measured.
  var interpolationSolutionError: Double?
  /// The largest error of other interpolated data, relative to their size, that no bound counts.
  var uncountedError = 0.0
}

extension StudyModelFacts {
  /// That a comparison with the full model does not show what interpolation does; empty where nothing
  /// was interpolated.
  static func notes(
    onInterpolatedFullModel interpolations: [CoefficientInterpolation.Report]
  ) -> [String] {
    interpolations.isEmpty
      ? []
      : [
        "the full model of comparisons is the interpolated one; the interpolation's own error comes "
          + "on top"
      ]
  }

  /// Whether the model misses more of what was asked for than round-off, as far as bounds of systems
  /// know.
  var isInexact: Bool {
    !interpolations.isEmpty || !nonintrusive.isEmpty || uncountedError > 1e-12
  }

  /// What is worth a word in a study that reduces the model, or in one that does not.
  func notes(reduced: Bool) -> [String] {
    interpolations.map(\.words) + nonintrusive.map(\.words)
      + (interpolationSolutionError.map {
        [
          "of solutions of the matrices themselves, at parameters not learnt from, those of their sums "
            + "miss \(Float($0)) at most"
        ]
      } ?? []) + notes + (reduced ? reductionNotes : [])
  }

  /// That some outputs are outside the reduced model.
  static func notes(onFieldOutputs names: [String]) -> [String] {
    names.map {
      "output '\($0)' is neither linear nor quadratic in the solution: it is evaluated on the "
        + "reconstructed field and has no bound"
    }
  }
}

/// A reduced model in a study, with the history of how it came about.
protocol StudyReduction: Sendable {
  /// How it came about.
  var facts: ReductionFacts { get }
  /// The first basis vectors as fields on the plot mesh.
  func modes(_ count: Int) -> [StudyField]
  /// The answers at some points, in their order.
  func answers(at points: [Parameter]) throws -> [StudyAnswer]
  /// Whether queries change it: then they come before the comparison with the full model.
  var learnsFromQueries: Bool { get }
  /// Full and reduced model compared at unseen points for several sizes.
  func validation(_ task: ValidationTask) throws -> StudyValidation
  /// Seconds for one query, measured at some points.
  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery
  /// Saves the reduced model as a `.ritz` file.
  func write(to path: String, for study: Study) throws
}

extension StudyReduction {
  var learnsFromQueries: Bool { false }
}

/// How a reduced model came about.
struct ReductionFacts: Sendable {
  /// As it stands in the results.
  var results: Results.Reduction
  /// The level below which singular values are round-off, for POD.
  var noiseFloor: Double?
  /// The number of training points.
  var trainingCount: Int
  /// The basis size after each step of a greedy algorithm; empty where each adds one vector.
  var sizes: [Int] = []

  /// Why it stopped, in words.
  var stopped: String { results.stopped ?? "" }
}

/// What a model is asked to do for a reduction, and where it keeps account of it.
struct ReductionTask {
  /// What the case asks for.
  let request: CaseFile.Reduction
  /// The points to learn from.
  let training: [Parameter]
  /// How many fresh points are looked at once the tolerance is met, 0 for none.
  let adaptive: Int
  /// The runs at these points, where they are not to be computed.
  let store: CaseFile.Training.Store?
  /// Where solutions are kept until the run ends, for the kinds that do.
  let solutions: (any SolutionStore)?
  /// Where costs go.
  var ledger: CostLedger
  /// Where warnings go.
  var warnings: [String]
  /// Called with the training row of each step and a word on it.
  let progress: (Int, String) -> Void
}

/// What a comparison of full and reduced model is to show.
struct ValidationTask {
  /// Unseen points.
  let points: [Parameter]
  /// Basis sizes; none means the final one.
  let sizes: [Int]
  /// Other estimates to compare with, where the kind of model has them.
  let estimators: [CaseFile.Validation.Estimator]
  /// What the full model is where its matrices are sums of samples.
  var against = CaseFile.Validation.Truth.commands
}

/// The comparison of full and reduced model.
struct StudyValidation: Sendable {
  /// One entry per size, ascending.
  let sizes: [Results.Validation]
  /// The norm of the solution of each point at each size, for relative numbers.
  let norms: [[Double]]
  /// Other estimates to draw beside, a value per size and point; NaN where there is none.
  let comparisons: [(name: String, values: [[Double]])]
}
