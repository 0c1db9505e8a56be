/// The ways to decompose snapshots.
public enum PODMethod: String, Sendable, CaseIterable {
  /// The fastest that is right for what is asked; the result says which and why.
  case automatic
  /// QR of the snapshots in blocks of rows, then the singular values of R: right to round-off of
  /// σ₁, at two to four times the cost of the method of snapshots. In memory, R comes from the Gram
  /// matrix of nearly orthonormal directions where that is as accurate.
  case tallSkinnyQR
  /// The eigenvalues of SᵀXS. They are σ², so nothing below √ε σ₁ can be told from round-off;
  /// refused where that is asked for. Of snapshots in memory that nearly depend on each other, only as
  /// many as are independent to that round-off are multiplied with all, and the modes are made of them.
  case snapshots
  /// A random sketch with power iterations; every singular value comes with a certified bound of
  /// its error. Pays where few modes of very many snapshots are wanted.
  case randomized
  /// One snapshot batch after the other updates a truncated decomposition.
  case streaming
  /// Decompositions of decompositions along a tree: batches of snapshots need not be in memory at
  /// the same time, and the tolerance of each node guarantees that of the whole.
  case hierarchical
}

/// How many modes are enough.
public enum PODTolerance: Sendable, Equatable {
  /// √(Σ_{k>n} σ_k² / Σ σ_k²) at most this; zero keeps every mode above round-off.
  case energy(Double)
  /// √Σ_{k>n} σ_k² = ‖S − V VᵀX S‖ in the norm of Frobenius, at most this, in units of the snapshots.
  case frobenius(Double)
  /// Modes with σ_k above this, in units of the snapshots.
  case singularValue(Double)
  /// max_j ‖s_j − V VᵀX s_j‖_X / ‖s_j‖_X at most this; verified on the snapshots.
  case worstCase(Double)

  /// The number.
  public var value: Double {
    switch self {
    case .energy(let value), .frobenius(let value), .singularValue(let value),
      .worstCase(let value):
      value
    }
  }
}

/// What is subtracted from the snapshots before they are decomposed.
public enum Centring: String, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// The mean snapshot, kept in the result: s ≈ s̄ + V c.
  case mean
}

/// Rows that hold one physical field, and how it is made comparable with the others.
public struct SnapshotField: Sendable, Equatable {
  /// What the entries of a field are divided by.
  public enum Scaling: Sendable, Equatable {
    /// One.
    case none
    /// The root mean square over the snapshots of the norm of the field in the product.
    case norm
    /// The largest magnitude of an entry.
    case max
    /// A number in the unit of the field.
    case given(Double)
  }

  /// "velocity", "temperature": your name.
  public let name: String
  /// The rows of a snapshot that hold it.
  public let rows: Range<Int>
  /// Its scaling.
  public let scaling: Scaling

  /// A field.
  public init(_ name: String, rows: Range<Int>, scaling: Scaling) {
    (self.name, self.rows, self.scaling) = (name, rows, scaling)
  }
}

/// How the projection error of a result is found.
public enum ErrorVerification: String, Sendable, CaseIterable {
  /// By the distance of every snapshot from the space of the modes, computed from its numbers.
  case onData
  /// By the identity of Eckart and Young from the singular values and vectors, free of cost.
  case byDecomposition
}

/// What to decompose snapshots for, and how.
public struct PODOptions: Sendable {
  /// The method, or `automatic`.
  public var method: PODMethod
  /// When to stop.
  public var tolerance: PODTolerance
  /// The largest number of modes.
  public var size: Int
  /// What is subtracted first.
  public var centring: Centring
  /// Fields with scalings of their own; rows of no field are not scaled.
  public var fields: [SnapshotField]
  /// Bytes for snapshots and scratch at any time; modes count as output. Snapshots that fit are
  /// read once, others in parts.
  public var memory: Int
  /// How the projection error is found.
  public var verification: ErrorVerification
  /// For `randomized`.
  public var sketch: RandomSketch
  /// For `hierarchical`.
  public var hierarchy: PODHierarchy

  /// What to do.
  ///
  /// - Parameters:
  ///   - tolerance: Tolerance zero keeps every mode above round-off.
  ///   - size: No more modes than this.
  ///   - memory: A cap in bytes.
  public init(
    method: PODMethod = .automatic, tolerance: PODTolerance = .energy(0), size: Int = .max,
    centring: Centring = .none, fields: [SnapshotField] = [], memory: Int = .max,
    verification: ErrorVerification = .onData, sketch: RandomSketch = RandomSketch(),
    hierarchy: PODHierarchy = PODHierarchy()
  ) {
    (self.method, self.tolerance, self.size) = (method, tolerance, size)
    (self.centring, self.fields, self.memory) = (centring, fields, memory)
    (self.verification, self.sketch, self.hierarchy) = (verification, sketch, hierarchy)
  }
}

/// The choices of the randomized method.
public struct RandomSketch: Sendable, Equatable {
  /// Of the random numbers: the same seed gives the same bits.
  public var seed: UInt64
  /// Columns beyond those wanted.
  public var oversampling: Int
  /// Applications of S SᵀX to the sketch, each orthonormalised by QR.
  public var powerIterations: Int

  /// Choices.
  public init(seed: UInt64 = 1, oversampling: Int = 10, powerIterations: Int = 2) {
    (self.seed, self.oversampling, self.powerIterations) = (seed, oversampling, powerIterations)
  }
}

/// The choices of the hierarchical method.
public struct PODHierarchy: Sendable, Equatable {
  /// Which decompositions feed which.
  public enum Tree: Sendable, Equatable {
    /// Each batch joins the modes of all before it: one batch in memory at a time.
    case chain
    /// Batches are decomposed on their own, their scaled modes in groups of `arity`, and so on: what
    /// several processes would do.
    case balanced(arity: Int)
  }

  /// The tree.
  public var tree: Tree
  /// Snapshots in a batch; what the memory allows where nil.
  public var batch: Int?
  /// ω, the share of the error (as a root of squares) left to the last decomposition, in (0, 1).
  public var omega: Double

  /// Choices.
  public init(tree: Tree = .chain, batch: Int? = nil, omega: Double = 0.75) {
    (self.tree, self.batch, self.omega) = (tree, batch, omega)
  }
}
