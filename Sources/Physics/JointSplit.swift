internal import Expressions
internal import ModelReduction
internal import RealModule

/// Several functions f_i(x; μ) written as Σ θ_q(μ) g_qi(x) with common θ_q.
///
/// What separates symbolically is exact. Phases such as cos(k x) do not: a family that entangles the
/// coordinates with one parameter is interpolated at Chebyshev points of its range, as many as it
/// takes to 10⁻¹² of its size, which for analytic functions is few.
///
/// - Source: Trefethen, *Approximation Theory and Approximation Practice*, SIAM 2013, chapters 4
///   and 8.
struct JointSplit {
  /// θ_q with the functions g_qi it goes with, one per function.
  private(set) var terms: [(theta: Expression, functions: [Expression])] = []
  /// What a reader should know, where something was interpolated.
  private(set) var note: String?
  /// The largest error of that, relative to the largest value.
  private(set) var error = 0.0

  /// - Parameters:
  ///   - points: Where the functions will be needed, one array per coordinate: the interpolation is
  ///     checked there.
  init(
    _ functions: [Expression], in parameters: ParameterSpace, checkedAt points: [[Double]],
    positive: Set<Symbol>, of subject: PhysicsError.Subject, as name: String
  ) throws(PhysicsError) {
    var thetas = CoefficientTerms()
    var factors: [Expression] = []
    do throws(PhysicsError) {
      for (i, function) in functions.enumerated() {
        for (theta, g) in try separated(function, of: subject, as: name, positive: positive) {
          factors.append(theta)
          let q = thetas.place(of: theta)
          if q == terms.count {
            terms.append((theta, functions.map { _ in Expression(0) }))
          }
          terms[q].functions[i] = (terms[q].functions[i] + g).simplified()
        }
      }
    } catch {
      let mixed = functions.reduce(into: Set<Int>()) { found, function in
        for symbol in function.symbols {
          if case .parameter(let index) = symbol { found.insert(index) }
        }
      }
      guard mixed.count == 1, let index = mixed.first else { throw error }
      try interpolate(functions, index, parameters, points, subject, name)
      return
    }
    for theta in factors { try checkFinite(theta, in: parameters, of: subject, as: name) }
  }

  /// The functions again, as sums over the terms.
  var functions: [Expression] {
    (terms.first?.functions.indices ?? 0..<0).map { i in
      terms.reduce(Expression(0)) { ($0 + $1.theta * $1.functions[i]).simplified() }
    }
  }

  private mutating func interpolate(
    _ functions: [Expression], _ index: Int, _ parameters: ParameterSpace, _ points: [[Double]],
    _ subject: PhysicsError.Subject, _ name: String
  ) throws(PhysicsError) {
    let range = parameters.axes.flatMap(\.ranges)[index]
    let (middle, half) = (
      (range.lowerBound + range.upperBound) / 2,
      (range.upperBound - range.lowerBound) / 2 * (1 + 1e-9)
    )
    let symbol = parameters.names[index]
    let samples = Samples(functions, index, points)
    guard half > 0 else {
      terms = [(Expression(1), functions.map { $0.at(index, middle) })]
      return
    }
    for value in [range.lowerBound, middle, range.upperBound] {
      if let place = samples.firstNotFinite(value) {
        throw PhysicsError(
          subject,
          "\(name) is not a finite number at (\(place.map { "\($0)" }.joined(separator: ", "))) for "
            + "\(symbol) = \(value)")
      }
    }
    for count in [8, 12, 16, 24, 32, 48, 64, 96] {
      let nodes = (0..<count).map { Double.cos((Double($0) + 0.5) * .pi / Double(count)) }
      let error = samples.error(nodes: nodes, middle, half)
      guard error <= 1e-12 || (count == 96 && error < 1e-8) else { continue }
      // T_j(s) = cos(j arccos s), one expression each.
      var modes: [Expression] = []
      for j in 0..<count {
        let text = "cos(\(j)*acos((\(symbol) - \(middle))/\(half)))"
        do throws(ExpressionError) {
          modes.append(try Expression(parsing: text, in: parameters.expressionScope))
        } catch { throw PhysicsError(subject, "\(name): \(error)") }
      }
      for node in nodes {
        var theta = Expression(1 / Double(count))
        for j in 1..<count {
          let factor = 2 / Double(count) * Double.cos(Double(j) * Double.acos(node))
          theta = theta + Expression(factor) * modes[j]
        }
        let value = middle + half * node
        terms.append((theta.simplified(), functions.map { $0.at(index, value) }))
      }
      self.error = error
      note =
        "\(name) does not separate into functions of x and of \(symbol): interpolated at "
        + "\(count) points of \(symbol) in \(range.lowerBound)...\(range.upperBound), to "
        + "\(Float(error)) of its size, which bounds do not count"
      return
    }
    throw PhysicsError(
      subject,
      "\(name) varies too fast in '\(symbol)' over \(range.lowerBound)...\(range.upperBound) to be "
        + "reduced: 96 interpolation points are not enough; narrow the range")
  }
}

/// The functions at many points, as functions of one parameter.
private struct Samples {
  private let program: Program
  private let points: [[Double]]
  private let count: Int

  init(_ functions: [Expression], _ index: Int, _ points: [[Double]]) {
    let axes = points.count
    program = Program(functions, inputs: (0..<axes).map { .coordinate($0) } + [.parameter(index)])
    // A few hundred points tell as much as all.
    let total = points.first?.count ?? 0
    let stride = max(1, total / 300)
    let places = Array(Swift.stride(from: 0, to: total, by: stride))
    self.points = points.map { column in places.map { column[$0] } }
    count = self.points.first?.count ?? 0
  }

  private func values(_ k: Double) -> [Double] {
    program.evaluate(columns: points + [[Double](repeating: k, count: count)]).flatMap { $0 }
  }

  /// The first of the points where a function is not finite, with as many coordinates as there are.
  func firstNotFinite(_ k: Double) -> [Double]? {
    values(k).firstIndex { !$0.isFinite }.map { place in points.map { $0[place % count] } }
  }

  /// The largest error of interpolation, relative to the largest value.
  func error(nodes: [Double], _ middle: Double, _ half: Double) -> Double {
    let m = nodes.count
    let table = nodes.map { values(middle + half * $0) }
    let size = table.reduce(0) { max($0, $1.reduce(0) { max($0, $1.magnitude) }) }
    guard size > 0 else { return 0 }
    var worst = 0.0
    for t in 0...2 * m {
      let angle = (Double(t) + 0.3) * .pi / Double(2 * m + 1)
      let exact = values(middle + half / (1 + 1e-9) * Double.cos(angle))
      var sum = [Double](repeating: 0, count: exact.count)
      for (l, node) in nodes.enumerated() {
        var weight = 1.0
        let place = Double.acos(node)
        for j in 1..<m {
          weight += 2 * Double.cos(Double(j) * place) * Double.cos(Double(j) * angle)
        }
        for i in sum.indices { sum[i] += weight / Double(m) * table[l][i] }
      }
      for i in sum.indices { worst = max(worst, (sum[i] - exact[i]).magnitude) }
    }
    return worst.isNaN ? .infinity : worst / size
  }
}

extension Expression {
  /// With one parameter replaced by a number.
  fileprivate func at(_ index: Int, _ value: Double) -> Expression {
    substituting { $0 == .parameter(index) ? Expression(value) : nil }.simplified()
  }
}
