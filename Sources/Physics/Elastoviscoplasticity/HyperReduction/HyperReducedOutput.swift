internal import Expressions
internal import LinearAlgebra
internal import ModelReduction

/// Where the numbers of a hyperreduced frame stand in one list s: coordinates of the displacement,
/// coefficients of prescribed displacements and of loads, coordinates of each dual field.
struct ReducedLayout: Sendable, Equatable {
  let modes: Int
  let lifts: Int
  let loads: Int
  let duals: [Int]

  var displacement: Range<Int> { 0..<modes + lifts }
  var load: Range<Int> { modes + lifts..<modes + lifts + loads }
  var count: Int { load.upperBound + duals.reduce(0, +) }

  func dual(_ d: Int) -> Range<Int> {
    let first = load.upperBound + duals.prefix(d).reduce(0, +)
    return first..<first + duals[d]
  }
}

/// A quantity of interest from the numbers s of a hyperreduced frame: nothing of it grows with the
/// mesh, save for expressions that are not linear in fields, which are evaluated at their sites, and
/// for extrema, which look at as many as they must.
struct HyperReducedOutput: Sendable {
  /// What is evaluated.
  enum Form: Sendable {
    /// c·s + c₀.
    case linear([Double], offset: Double)
    /// √(dᵀ G d) of the displacement's part d of s.
    case norm(DenseMatrix<Double>)
    /// The extremum of a field that is linear in s.
    case extremum(RankedRows)
    /// An expression at sites.
    case sites(ReducedSites)
    /// Σ x_k σ_k : E_k − c·θ, with six strains E_k for each selected point and the work c of each
    /// load in the virtual motion of a support.
    case work(strains: [Double], loads: [Double])
  }

  let name: String
  let form: Form

  /// The value at s, which lies out as ``ReducedLayout`` says.
  ///
  /// - Parameters:
  ///   - stress: At the selected points, times the weights of the cubature.
  ///   - theta: The coefficients of the loads.
  func value(
    _ s: [Double], stress: [Double], loads theta: [Double], at mu: Parameter, time: Double
  ) throws(ModelError) -> Double {
    switch form {
    case .work(let strains, let loads): return dot(strains, stress) - dot(loads, theta)
    case .linear(let c, let offset): return dot(c, s) + offset
    case .norm(let gram):
      let d = Array(s.prefix(gram.rowCount))
      return max(0, dot(d, gram * d)).squareRoot()
    case .extremum(let rows): return rows.value(s)
    case .sites(let sites): return try sites.value(s, at: mu, time: time)
    }
  }
}

/// An expression at sites, with the rows of modes its fields come from.
struct ReducedSites: Sendable {
  /// A field that is linear in s: Σ over the parts of rows times s there.
  typealias Column = [(first: Int, rows: DenseMatrix<Double>)]

  let combination: PlacedOutput.Combination
  let expression: Expression
  let weights: [Double]
  let places: [[Double]]
  /// By the name of the field, at the sites.
  var columns: [String: Column]
  /// Six rows for each point, from which invariants come.
  var stress: (first: Int, rows: DenseMatrix<Double>)?
  /// At the points.
  var temperatures: TemperatureHistory?
  /// From the points to the sites; nil where these are the points.
  var recovery: SparseMatrix<Double>?

  func value(_ s: [Double], at mu: Parameter, time: Double) throws(ModelError) -> Double {
    func product(_ rows: DenseMatrix<Double>, _ first: Int) -> [Double] {
      rows * Array(s[first..<first + rows.columnCount])
    }
    func recovered(_ column: [Double]) -> [Double] { recovery.map { $0 * column } ?? column }
    var tensors: [StressTensor]?
    let numbers = try evaluated(expression, weights.count, at: mu, time: time) {
      symbol throws(ModelError) in
      if case .coordinate(let axis) = symbol { return places[axis] }
      guard case .field(let name) = symbol else { return [] }
      if let parts = columns[name] {
        var sum = [Double](repeating: 0, count: weights.count)
        for part in parts { axpy(1, product(part.rows, part.first), into: &sum) }
        return sum
      }
      if name == "temperature", let temperatures {
        return recovered(try temperatures.values(at: mu, time: time))
      }
      guard let stress else { return [Double](repeating: 0, count: weights.count) }
      if tensors == nil {
        let all = product(stress.rows, stress.first)
        tensors = stride(from: 0, to: all.count, by: 6).map {
          StressTensor(Array(all[$0..<$0 + 6]))
        }
      }
      let component = String(name.dropFirst("stress.".count))
      return recovered((tensors ?? []).map { $0.component(component) ?? .nan })
    }
    return combination.value(of: numbers, weights)
  }
}
