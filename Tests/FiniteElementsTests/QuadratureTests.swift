import FiniteElements
import Meshes
import Testing

@Suite struct `Quadrature and Lagrange elements` {
  static let rules = [CellShape.line, .triangle, .tetrahedron].flatMap { shape in
    (0...10).map { (shape, $0) }
  }

  /// ∫ ξᵃ over the reference simplex = Π aᵢ! / (m + Σ aᵢ)!.
  private func exactIntegral(_ powers: [Int]) -> Double {
    func factorial(_ n: Int) -> Double { n < 2 ? 1 : Double(n) * factorial(n - 1) }
    return powers.map(factorial).reduce(1, *) / factorial(powers.count + powers.reduce(0, +))
  }

  private func powers(_ count: Int, upTo degree: Int) -> [[Int]] {
    if count == 0 { return [[]] }
    return (0...degree).flatMap { first in
      powers(count - 1, upTo: degree - first).map { [first] + $0 }
    }
  }

  @Test(arguments: rules)
  func `a rule integrates every monomial of its degree exactly`(
    shape: CellShape, degree: Int
  ) {
    let rule = Quadrature(shape, degree: degree)
    let m = shape.dimension
    #expect(rule.degree >= degree)
    for exponents in powers(m, upTo: rule.degree) {
      var sum = 0.0
      for q in 0..<rule.count {
        var value = rule.weights[q]
        for (axis, power) in exponents.enumerated() {
          for _ in 0..<power { value *= rule.points[q * m + axis] }
        }
        sum += value
      }
      #expect(abs(sum / exactIntegral(exponents) - 1) < 2e-14, "\(exponents)")
    }
  }

  @Test(arguments: rules)
  func `weights are positive and points inside`(shape: CellShape, degree: Int) {
    let rule = Quadrature(shape, degree: degree)
    let m = shape.dimension
    for q in 0..<rule.count {
      let point = rule.points[q * m..<(q + 1) * m]
      #expect(rule.weights[q] > 0)
      #expect(point.allSatisfy { $0 > 0 } && point.reduce(0, +) < 1)
    }
  }

  @Test func `a rule is not exact beyond its stated degree`() {
    for shape in [CellShape.line, .triangle, .tetrahedron] {
      let rule = Quadrature(shape, degree: 4)
      var sum = 0.0
      let power = rule.degree + 1
      for q in 0..<rule.count {
        var value = rule.weights[q]
        for _ in 0..<power { value *= rule.points[q * shape.dimension] }
        sum += value
      }
      let exact = exactIntegral([power] + [Int](repeating: 0, count: shape.dimension - 1))
      #expect(abs(sum / exact - 1) > 1e-6)
    }
  }

  static let products = [CellShape.quadrilateral, .hexahedron, .wedge, .pyramid].flatMap { shape in
    (0...7).map { (shape, $0) }
  }

  /// ∫ xᵃ yᵇ zᶜ over a reference cell that is no simplex.
  private func exactIntegral(_ shape: CellShape, _ p: [Int]) -> Double {
    func factorial(_ n: Int) -> Double { n < 2 ? 1 : Double(n) * factorial(n - 1) }
    switch shape {
    case .wedge: return exactIntegral(Array(p[0..<2])) / Double(p[2] + 1)
    case .pyramid:
      // ∫ z^c (1 − z)^(a + b + 2) / ((a + 1)(b + 1)).
      let n = p[0] + p[1] + 2
      return factorial(p[2]) * factorial(n) / factorial(p[2] + n + 1)
        / Double((p[0] + 1) * (p[1] + 1))
    default: return p.reduce(1) { $0 / Double($1 + 1) }
    }
  }

  @Test(arguments: products)
  func `a rule of another cell integrates what it promises`(shape: CellShape, degree: Int) {
    let rule = Quadrature(shape, degree: degree)
    let m = shape.dimension
    #expect(rule.degree >= degree)
    #expect(rule.weights.allSatisfy { $0 > 0 })
    let all = (0..<m).reduce([[Int]()]) { lists, _ in
      lists.flatMap { list in (0...degree).map { list + [$0] } }
    }
    for exponents in all {
      switch shape {
      case .wedge where exponents[0] + exponents[1] > degree: continue
      case .pyramid where exponents.reduce(0, +) > degree: continue
      default: break
      }
      var sum = 0.0
      for q in 0..<rule.count {
        var value = rule.weights[q]
        for (axis, power) in exponents.enumerated() {
          for _ in 0..<power { value *= rule.points[q * m + axis] }
        }
        sum += value
      }
      #expect(abs(sum / exactIntegral(shape, exponents) - 1) < 2e-14, "\(exponents)")
    }
  }

  @Test func `degree 1 and 2 take two and three Gauss points in each direction`() {
    for (degree, count) in [(2, 2), (3, 2), (4, 3), (5, 3)] {
      #expect(Quadrature(.quadrilateral, degree: degree).count == count * count)
      #expect(Quadrature(.hexahedron, degree: degree).count == count * count * count)
    }
  }

  static let elements = [
    CellShape.point, .line, .triangle, .tetrahedron, .quadrilateral, .hexahedron, .wedge,
  ].flatMap { shape in
    [1, 2].map { (shape, $0) }
  }

  @Test(arguments: elements)
  func `a basis function is one at its node and zero at the others`(
    shape: CellShape, degree: Int
  ) {
    let element = Lagrange(shape, degree: degree)
    let m = shape.dimension
    for i in 0..<element.count {
      let values = element.values(at: element.nodes[i * m..<(i + 1) * m])
      for (j, value) in values.enumerated() { #expect(abs(value - (i == j ? 1 : 0)) < 1e-15) }
    }
  }

  @Test(arguments: elements)
  func `basis functions sum to one and have the gradients that differences show`(
    shape: CellShape, degree: Int
  ) {
    let element = Lagrange(shape, degree: degree)
    let m = shape.dimension
    let point = (0..<m).map { 0.11 + 0.13 * Double($0) }
    #expect(abs(element.values(at: point).reduce(0, +) - 1) < 1e-15)
    let gradients = element.gradients(at: point)
    for axis in 0..<m {
      var (ahead, behind) = (point, point)
      ahead[axis] += 0x1p-10
      behind[axis] -= 0x1p-10
      // The central difference of a quadratic is exact.
      let difference = zip(element.values(at: ahead), element.values(at: behind)).map { $0 - $1 }
      for i in 0..<element.count {
        #expect(abs(gradients[i * m + axis] - difference[i] * 0x1p9) < 1e-12)
      }
    }
  }
}
