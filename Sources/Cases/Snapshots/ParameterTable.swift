internal import Files
public import ModelReduction

/// Parameters of snapshots in a table, a row for each.
public struct ParameterTable: Sendable {
  /// One per column.
  public let names: [String]
  /// One per row.
  public let rows: [Parameter]

  /// Reads a table.
  ///
  /// - Parameter count: How many rows there must be.
  /// - Throws: `SnapshotError` with the line concerned.
  public init(reading path: String, count: Int) throws(SnapshotError) {
    let table: NumberTable
    do throws(FormatError) { table = try NumberTable(reading: path) } catch {
      throw .format(error)
    }
    guard table.rowCount == count else {
      throw .mismatch(
        source: path, found: "\(table.rowCount) rows of parameters",
        expected: "\(count), one for each snapshot")
    }
    names =
      table.names.isEmpty
      ? table.columns.indices.map { "p\($0)" } : table.names
    rows = (0..<count).map { row in Parameter(table.columns.map { $0[row] }) }
  }
}
