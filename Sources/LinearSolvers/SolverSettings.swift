public import Krylov
public import LinearAlgebra

/// How a system is solved.
public enum SolverMethod: String, Sendable, CaseIterable {
  /// Chosen from the matrix, and said why.
  case auto
  /// A sparse factorization: Cholesky where it can be, else LU.
  case direct
  /// Conjugate gradients.
  case cg
  /// Conjugate gradients that deflate a recycled space.
  case deflatedCG = "deflated-cg"
  /// MINRES.
  case minres
  /// BiCGStab.
  case bicgstab
  /// Restarted GMRES.
  case gmres
  /// Flexible restarted GMRES.
  case fgmres
  /// GCRO-DR, GMRES that recycles a space.
  case gcroDR = "gcro-dr"

  /// Whether it carries a space from system to system.
  public var recycles: Bool { self == .deflatedCG || self == .gcroDR }
  /// Whether it needs a Hermitian positive definite matrix and preconditioner.
  public var needsDefinite: Bool { self == .cg || self == .deflatedCG }
}

/// How a system is preconditioned.
public enum PreconditionerKind: String, Sendable, CaseIterable {
  /// Chosen from the matrix, and said why.
  case auto
  /// Not at all.
  case none
  /// The diagonal.
  case jacobi
  /// Symmetric successive over-relaxation, ω = 1 unless given.
  case ssor
  /// Incomplete Cholesky without fill, shifted where a pivot fails.
  case incompleteCholesky = "ic"
  /// The same with 99 % of the dropped fill taken from the diagonal: half the iterations and less for
  /// diffusion numbered row by row.
  case modifiedCholesky = "mic"
  /// Incomplete LU without fill.
  case incompleteLU = "ilu"
  /// The same with 99 % of the dropped fill taken from the diagonal, where no entry beside a dominant
  /// diagonal is positive: a third of the iterations for convection and diffusion numbered row by row.
  case modifiedLU = "milu"
  /// Incomplete LU with fill above a threshold.
  case thresholdLU = "ilut"
  /// A Chebyshev polynomial of the matrix with its diagonal scaled out; definite matrices.
  case chebyshev
  /// Algebraic multigrid by smoothed aggregation; definite matrices.
  case multigrid = "amg"
  /// Restricted additive Schwarz on overlapping subdomains.
  case schwarz
  /// Two-level Schwarz with the coarse space that the matrix allows.
  case twoLevelSchwarz = "two-level-schwarz"
  /// The factorization of an earlier matrix of the sequence.
  case neighbour
  /// The Cholesky factorization of the first matrix, its diagonal raised to dominance: for
  /// sequences that are definite but for a part of low order, such as waves.
  case definitePart = "definite-part"
}

/// What a user may ask of a solver; everything has a default.
public struct SolverSettings: Sendable, Equatable {
  /// The method.
  public var method = SolverMethod.auto
  /// The preconditioner.
  public var preconditioner = PreconditionerKind.auto
  /// When an iteration ends.
  public var rule = StoppingRule()
  /// m, where GMRES starts again.
  public var restart = 30
  /// k, the recycled vectors; nil for what suits the method, zero for none.
  public var recycle: Int?
  /// Whether two systems of a recycled sequence are solved without recycling too, to compare.
  public var comparesRecycling = true
  /// In which order a sequence is solved.
  public var order = SequenceOrder.given
  /// Subdomains of Schwarz methods; nil for one in 2500 unknowns, at least two.
  public var subdomains: Int?
  /// Where an iteration starts.
  public var guess = InitialGuess.zero
  /// ω of over-relaxation.
  public var relaxation = 1.0
  /// Whether ω is learnt along a sequence instead, from iteration counts.
  public var learnsRelaxation = false
  /// Modes that coarse spaces must hold, such as rigid-body motions, n × d; constants if nil.
  public var nearNullSpace: DenseMatrix<Double>?
  /// Which unknowns stand at one node, for multigrid; what the pattern of the matrix shows if nil.
  public var nodes: NodeBlocks?

  /// The defaults.
  public init() {}
}
