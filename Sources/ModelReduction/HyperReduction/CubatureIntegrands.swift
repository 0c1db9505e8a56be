public import LinearAlgebra

/// Functions at the points of a quadrature rule: G, one row for each function, one column for each
/// point, of which a cubature asks only columns and products Gᵀr.
public protocol CubatureIntegrands: Sendable {
  /// The number of functions.
  var rowCount: Int { get }
  /// The number of points.
  var pointCount: Int { get }
  /// Writes the values of all functions at a point.
  ///
  /// - Parameter column: As many entries as functions.
  func column(_ point: Int, into column: inout [Double])
  /// Writes Gᵀr, on all threads, with the same bits on any number of them.
  ///
  /// - Parameters:
  ///   - residual: r, one entry for each function.
  ///   - target: One entry for each point.
  func correlations(with residual: [Double], into target: inout [Double])
  /// The same functions at some of the points, in the order given.
  func restricted(to points: [Int]) -> Self
}

/// Integrands of which all values are kept: 8 bytes for each function and point.
public struct TabulatedIntegrands: CubatureIntegrands {
  /// G, functions × points.
  public let values: DenseMatrix<Double>

  /// The integrands of a table.
  ///
  /// - Parameter values: G, functions × points.
  public init(_ values: DenseMatrix<Double>) { self.values = values }

  /// The number of functions.
  public var rowCount: Int { values.rowCount }
  /// The number of points.
  public var pointCount: Int { values.columnCount }

  /// Writes the values of all functions at a point.
  public func column(_ point: Int, into column: inout [Double]) {
    for i in 0..<rowCount { column[i] = values.values[point * rowCount + i] }
  }

  /// Writes Gᵀr.
  public func correlations(with residual: [Double], into target: inout [Double]) {
    multiplyTransposed(values, residual, into: &target)
  }

  /// The same functions at some of the points.
  public func restricted(to points: [Int]) -> TabulatedIntegrands {
    TabulatedIntegrands(DenseMatrix(rowCount: rowCount, columns: points.map(values.column)))
  }
}

/// The densities of internal virtual work g = σᵢ : ε(ψₖ) of stress modes on the strains of
/// displacement modes, not multiplied out: 48 bytes for each mode and point in three dimensions.
///
/// The row of σᵢ and ψₖ is i + k · (number of stress modes). Strains have engineering shears, so
/// that the double contraction is the plain sum over components.
public struct VirtualWorkIntegrands: CubatureIntegrands {
  /// Components at a point: 6, or 4 in plane strain and with axial symmetry.
  public let componentCount: Int
  /// σ, (components · points) × modes; component c of point p stands in row c + p · components.
  public let stressModes: DenseMatrix<Double>
  /// ε(ψ), in the same order.
  public let strainModes: DenseMatrix<Double>

  /// Pairs stress modes with strain modes.
  ///
  /// - Throws: `mismatch` when the rows do not fit.
  public init(
    stressModes: DenseMatrix<Double>, strainModes: DenseMatrix<Double>, componentCount: Int = 6
  ) throws(HyperReductionError) {
    guard stressModes.rowCount == strainModes.rowCount, componentCount > 0,
      stressModes.rowCount % componentCount == 0
    else {
      throw .mismatch(
        what: "stress and strain modes",
        found: "\(stressModes.rowCount) and \(strainModes.rowCount) rows",
        expected: "equal numbers, \(componentCount) for each point")
    }
    (self.stressModes, self.strainModes) = (stressModes, strainModes)
    self.componentCount = componentCount
  }

  /// Stress modes times displacement modes.
  public var rowCount: Int { stressModes.columnCount * strainModes.columnCount }
  /// The number of points.
  public var pointCount: Int { stressModes.rowCount / componentCount }

  /// Writes the works of all pairs at a point.
  public func column(_ point: Int, into column: inout [Double]) {
    let first = point * componentCount
    multiplyTransposed(
      stressModes, strainModes, rows: first..<first + componentCount, into: &column)
  }

  /// Writes Gᵀr, in blocks of points that fit the cache of a core.
  public func correlations(with residual: [Double], into target: inout [Double]) {
    contract(
      stressModes, strainModes,
      DenseMatrix(
        rowCount: stressModes.columnCount, columnCount: strainModes.columnCount, values: residual),
      rowsPerPoint: componentCount, into: &target)
  }

  /// The same modes at some of the points.
  public func restricted(to points: [Int]) -> VirtualWorkIntegrands {
    VirtualWorkIntegrands(of: self, at: points)
  }

  private init(of whole: VirtualWorkIntegrands, at points: [Int]) {
    componentCount = whole.componentCount
    let rows = points.flatMap { $0 * whole.componentCount..<($0 + 1) * whole.componentCount }
    stressModes = whole.stressModes.gathering(rows: rows)
    strainModes = whole.strainModes.gathering(rows: rows)
  }
}

/// Integrands summed over cells with the weights of the full rule, to select whole cells.
struct CellIntegrands<Base: CubatureIntegrands>: CubatureIntegrands {
  let base: Base
  let weights: [Double]
  let cells: [[Int]]

  var rowCount: Int { base.rowCount }
  var pointCount: Int { cells.count }

  func column(_ cell: Int, into column: inout [Double]) {
    var value = [Double](repeating: 0, count: rowCount)
    var sum = value
    for point in cells[cell] {
      base.column(point, into: &value)
      axpy(weights[point], value, into: &sum)
    }
    column = sum
  }

  func correlations(with residual: [Double], into target: inout [Double]) {
    var ofPoints = [Double](repeating: 0, count: base.pointCount)
    base.correlations(with: residual, into: &ofPoints)
    for (cell, points) in cells.enumerated() {
      target[cell] = points.reduce(0) { $0 + weights[$1] * ofPoints[$1] }
    }
  }

  func restricted(to chosen: [Int]) -> CellIntegrands {
    // The points of the cells alone, renumbered.
    let points = chosen.flatMap { cells[$0] }
    var next = 0
    let renumbered = chosen.map { cell in
      defer { next += cells[cell].count }
      return Array(next..<next + cells[cell].count)
    }
    return CellIntegrands(
      base: base.restricted(to: points), weights: points.map { weights[$0] }, cells: renumbered)
  }
}
