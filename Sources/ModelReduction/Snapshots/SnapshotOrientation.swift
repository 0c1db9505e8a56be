/// Which way the snapshots lie in a matrix of a file.
public enum SnapshotOrientation: String, Sendable, Hashable, CaseIterable {
  /// A snapshot is a column, as in the literature and in MATLAB.
  case columns
  /// A snapshot is a row, as pyMOR, scikit-learn and most notebooks have them.
  case rows
}
