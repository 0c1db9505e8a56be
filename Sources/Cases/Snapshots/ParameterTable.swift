internal import Files
internal import LinearAlgebra
public import ModelReduction
internal import SnapshotStore

/// Parameters of snapshots in a table, a row for each.
public struct ParameterTable: Sendable {
  /// One per column.
  public let names: [String]
  /// One per row.
  public let rows: [Parameter]

  private init(names: [String], rows: [Parameter]) { (self.names, self.rows) = (names, rows) }

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
    self.init(
      names: table.names.isEmpty ? table.columns.indices.map { "p\($0)" } : table.names,
      rows: (0..<count).map { row in Parameter(table.columns.map { $0[row] }) })
  }

  /// The parameters of snapshots: of a table where one is named, else those that a store holds; nil
  /// where there are none.
  ///
  /// - Parameter count: How many snapshots there are.
  /// - Throws: `SnapshotError` with the line of the table concerned.
  init?(of input: SnapshotInput, table: String?, count: Int) throws(SnapshotError) {
    if let table {
      try self.init(reading: table, count: count)
      return
    }
    guard input.files.count == 1,
      let store = try? SnapshotStore(reading: FilePart(input.files[0]).path),
      !store.description.parameterNames.isEmpty, store.count == count
    else { return nil }
    self.init(names: store.description.parameterNames, rows: store.parameters)
  }

  /// The parameters where the next snapshot should be computed, best first, at most five.
  ///
  /// - Throws: `SnapshotError`.
  func next(after unseen: UnseenErrors) throws(SnapshotError) -> [NextParameter.Candidate] {
    let last = unseen.errors.rowCount - 1
    let space: ParameterSpace
    do throws(ParameterSpaceError) {
      space = try ParameterSpace(
        axes: names.indices.map { (c) throws(ParameterSpaceError) in
          let values = rows.map { $0[c] }
          let (least, largest) = (values.min() ?? 0, values.max() ?? 1)
          // An axis along which nothing varies is given a width; no candidate leaves its value.
          return try ParameterAxis(
            name: "p\(c)", range: least...(largest > least ? largest : least + 1))
        })
    } catch { throw .refused("\(error)") }
    let errors = (0..<unseen.errors.columnCount).map { unseen.errors[last, $0] }
    return Array(try NextParameter(after: rows, errors: errors, in: space).ranking.prefix(5))
  }
}
