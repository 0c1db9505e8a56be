/// The ways to choose the points from which fields are interpolated.
public enum InterpolationMethod: String, Sendable, CaseIterable {
  /// Points and modes together, greedily in the maximum norm (``EIM``).
  case eim
  /// For modes of a proper orthogonal decomposition, one after the other (``DEIM``).
  case deim
  /// For such modes all together, by QR with column pivoting (``QDEIM``).
  case qdeim
  /// For such modes, by determinant and orthogonality of the columns (``SOPT``); best where more
  /// points than modes are sampled.
  case sopt

  /// As the field writes it.
  public var name: String {
    switch self {
    case .eim: "EIM"
    case .deim: "DEIM"
    case .qdeim: "Q-DEIM"
    case .sopt: "S-OPT"
    }
  }
}
