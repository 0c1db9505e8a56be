public import LinearAlgebra

/// What one rank knows of an affine problem that is the sum of pieces: a mesh was cut, and every
/// integral over it is the sum of those over its pieces.
public struct ProblemPiece: Sendable {
  /// How an output of the whole follows from those of the pieces.
  public enum OutputSum: Sendable, Equatable {
    /// It is their sum; an extremum is that of theirs.
    case sum
    /// It is their sum over the sum of measures, of which this is the piece's.
    case mean(measure: Double)
    /// It is that of one piece: the first that has it.
    case once(isHere: Bool)
  }

  /// The terms of the piece. Coefficients may lack, or stand in another order than on other pieces;
  /// outputs are those of all pieces, in one order.
  public let decomposition: AffineDecomposition
  /// For each free unknown of the piece a number ≥ 0, the same on all pieces that have it.
  public let keys: [Int]
  /// The same of unknowns that are not free.
  public let heldKeys: [Int]
  /// For each output how that of the whole follows.
  public let outputs: [OutputSum]
  /// What must be somewhere: its name, and whether this piece has it; in one order on all pieces.
  public let places: [Place]
  /// Vectors that a coarse space must hold, at the free unknowns of the piece; nil for none.
  public let near: DenseMatrix<Double>?

  /// What some piece must have.
  public struct Place: Sendable {
    /// In words, for an error.
    public let name: String
    /// Whether this piece has it.
    public let isHere: Bool

    /// What some piece must have.
    public init(_ name: String, isHere: Bool) { (self.name, self.isHere) = (name, isHere) }
  }

  /// A piece.
  ///
  /// - Precondition: A key for each free unknown, a rule for each output.
  public init(
    _ decomposition: AffineDecomposition, keys: [Int], heldKeys: [Int] = [],
    outputs: [OutputSum], places: [Place] = [], near: DenseMatrix<Double>? = nil
  ) {
    precondition(
      keys.count == decomposition.dofCount && outputs.count == decomposition.outputs.count,
      "\(keys.count) keys of \(decomposition.dofCount) unknowns, \(outputs.count) rules of "
        + "\(decomposition.outputs.count) outputs")
    precondition(
      near.map { $0.rowCount == keys.count } ?? true,
      "vectors of \(near?.rowCount ?? 0) entries for \(keys.count) unknowns")
    (self.decomposition, self.keys, self.heldKeys) = (decomposition, keys, heldKeys)
    (self.outputs, self.places, self.near) = (outputs, places, near)
  }
}

/// Why pieces make no whole.
public enum PieceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Unknowns that are free on one piece and held on another.
  case contradiction(count: Int)
  /// No piece has what is named.
  case nowhere(String)
  /// No unknown is free on any piece.
  case nothingFree
  /// The measure of the whole vanishes.
  case noMeasure(output: String)

  /// What is wrong.
  public var description: String {
    switch self {
    case .contradiction(let count):
      "\(count) unknowns are free on one piece of the mesh and held on another"
    case .nowhere(let name): name
    case .nothingFree: "essential values are given everywhere; nothing is unknown"
    case .noMeasure(let output): "output '\(output)': its region has measure zero, hence no mean"
    }
  }
}
