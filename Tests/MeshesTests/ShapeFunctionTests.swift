import Meshes
import TestSupport
import Testing

/// A shape with one of its sets of nodes.
struct Element: Sendable, CustomStringConvertible {
  let shape: CellShape
  let nodes: NodeSet
  var description: String { "\(nodes.rawValue) \(shape.rawValue)" }

  static let all = CellShape.allCases.filter { $0 != .point }.flatMap { shape in
    NodeSet.allCases.map { Element(shape: shape, nodes: $0) }
  }

  /// A point inside of the reference cell.
  func point(_ random: inout SeededRandom) -> SIMD3<Double> {
    while true {
      var point = SIMD3<Double>.zero
      for axis in 0..<shape.dimension { point[axis] = random.uniform(0...1) }
      if shape.depth(of: point) > 0.02 { return point }
    }
  }
}

@Suite struct `Shape functions` {
  @Test(arguments: Element.all)
  func `are one at their own node, zero at the others, and sum to one`(element: Element) {
    let functions = ShapeFunctions(element.shape, element.nodes)
    let nodes = element.shape.referenceNodes(element.nodes)
    #expect(nodes.count == functions.count)
    for (index, node) in nodes.enumerated() {
      for (other, value) in functions.evaluate(at: node).values.enumerated() {
        #expect(abs(value - (other == index ? 1 : 0)) < 1e-14)
      }
    }
    var random = SeededRandom(seed: 2)
    for _ in 0..<20 {
      let (values, gradients) = functions.evaluate(at: element.point(&random))
      #expect(abs(values.reduce(0, +) - 1) < 1e-14)
      let slope = gradients.reduce(.zero, +)
      #expect((slope * slope).sum() < 1e-26)
    }
  }

  @Test(arguments: Element.all)
  func `have the gradients that differences of their values approach`(element: Element) {
    let functions = ShapeFunctions(element.shape, element.nodes)
    var random = SeededRandom(seed: 3)
    let step = 1e-5
    for _ in 0..<20 {
      let point = element.point(&random)
      let gradients = functions.evaluate(at: point).gradients
      for axis in 0..<3 {
        var move = SIMD3<Double>.zero
        move[axis] = axis < element.shape.dimension ? step : 0
        let (plus, minus) = (
          functions.evaluate(at: point + move), functions.evaluate(at: point - move)
        )
        for index in 0..<functions.count {
          let difference = (plus.values[index] - minus.values[index]) / (2 * step)
          #expect(abs(difference - gradients[index][axis]) < 1e-7)
        }
      }
    }
  }

  @Test(arguments: Element.all)
  func `reproduce all polynomials of their degree`(element: Element) {
    let functions = ShapeFunctions(element.shape, element.nodes)
    let nodes = element.shape.referenceNodes(element.nodes)
    var random = SeededRandom(seed: 4)
    let c = (0..<10).map { _ in random.uniform() }
    let square = element.nodes.order == 2 ? 1.0 : 0
    func polynomial(_ p: SIMD3<Double>) -> Double {
      let linear = c[0] + c[1] * p.x + c[2] * p.y + c[3] * p.z
      let pure = c[4] * p.x * p.x + c[5] * p.y * p.y + c[6] * p.z * p.z
      return linear + square * (pure + c[7] * p.x * p.y + c[8] * p.y * p.z + c[9] * p.z * p.x)
    }
    for _ in 0..<20 {
      let point = element.point(&random)
      let sum = zip(functions.evaluate(at: point).values, nodes).reduce(0) {
        $0 + $1.0 * polynomial($1.1)
      }
      #expect(abs(sum - polynomial(point)) < 1e-13)
    }
  }

  /// Hence neighbours of any shapes agree on the facet between them.
  @Test(arguments: Element.all.filter { $0.shape.dimension > 1 })
  func `are on each facet the functions of the facet, and zero if their node is elsewhere`(
    element: Element
  ) throws {
    let functions = ShapeFunctions(element.shape, element.nodes)
    let nodes = element.shape.referenceNodes(element.nodes)
    var random = SeededRandom(seed: 5)
    for (index, corners) in element.shape.facets.enumerated() {
      let facet = Element(shape: element.shape.facetShape(index), nodes: element.nodes)
      let places = ShapeFunctions(facet.shape, .corners)
      func lifted(_ point: SIMD3<Double>) -> SIMD3<Double> {
        zip(places.evaluate(at: point).values, corners).reduce(.zero) {
          $0 + $1.0 * element.shape.referenceVertices[$1.1]
        }
      }
      // The node of the cell at each node of the facet.
      let own = try facet.shape.referenceNodes(facet.nodes).map { node in
        let place = lifted(node)
        return try #require(
          nodes.firstIndex {
            let off = $0 - place
            return (off * off).sum() < 1e-28
          })
      }
      let trace = ShapeFunctions(facet.shape, facet.nodes)
      for _ in 0..<10 {
        let point = facet.point(&random)
        let values = functions.evaluate(at: lifted(point)).values
        let expected = trace.evaluate(at: point).values
        for node in nodes.indices {
          let wanted = own.firstIndex(of: node).map { expected[$0] } ?? 0
          #expect(abs(values[node] - wanted) < 1e-13)
        }
      }
    }
  }
}
