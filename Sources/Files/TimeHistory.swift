/// A quantity over time, given at some times and linear between them.
public struct TimeHistory: Sendable, Hashable {
  /// The times, strictly ascending; at least one.
  public let times: [Double]
  /// The value at each time.
  public let values: [Double]

  /// A history from its points.
  ///
  /// - Precondition: As many values as times, at least one; times ascend strictly.
  public init(times: [Double], values: [Double]) {
    precondition(
      !times.isEmpty && times.count == values.count,
      "\(times.count) times and \(values.count) values of a history")
    precondition(
      zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "the times of a history must ascend")
    (self.times, self.values) = (times, values)
  }

  /// Reads a table of times (first column) and values.
  ///
  /// - Parameters:
  ///   - path: A file as of `NumberTable`.
  ///   - column: The name or number (from 1) of the column with the values; nil takes the second
  ///     one of two.
  /// - Throws: `FormatError` with the line: of a time that does not ascend, for example.
  public init(reading path: String, column: String? = nil) throws(FormatError) {
    try self.init(NumberTable(reading: path), column: column)
  }

  /// A history from two columns of a table.
  public init(_ table: NumberTable, column: String? = nil) throws(FormatError) {
    let times = table.columns[0]
    for (row, pair) in zip(times, times.dropFirst()).enumerated() where pair.0 >= pair.1 {
      throw .malformed(
        at: FilePlace(file: table.path, position: .line(table.lines[row + 1])),
        found: "\(pair.1) after \(pair.0)", expected: "times that ascend")
    }
    let named =
      column.map { table.column($0) } ?? (table.columns.count == 2 ? table.columns[1] : nil)
    guard let values = named else {
      let known = table.names.dropFirst().map { "'\($0)'" }.joined(separator: ", ")
      throw .unsuitable(
        path: table.path,
        reason: column.map { "there is no column '\($0)'" }
          ?? "it has \(table.columns.count) columns; two are needed, a time and a value, or the name "
          + "of a column" + (known.isEmpty ? "" : " (\(known))"))
    }
    self.init(times: times, values: values)
  }

  /// The value at a time: linear between the points, constant before the first and after the last.
  ///
  /// - Complexity: Logarithmic in the number of points.
  public func value(at time: Double) -> Double {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return values[0] }
    guard low < times.count else { return values[values.count - 1] }
    let share = (time - times[low - 1]) / (times[low] - times[low - 1])
    return values[low - 1] + share * (values[low] - values[low - 1])
  }
}
