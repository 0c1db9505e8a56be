import Krylov
import RealModule
import TestSupport
import Testing

@Suite struct SequenceOrderTests {
  func cloud(_ count: Int, _ dimension: Int, seed: UInt64) -> [[Double]] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in (0..<dimension).map { _ in random.uniform() } }
  }

  @Test(arguments: SequenceOrder.allCases)
  func `every order visits each system once`(order: SequenceOrder) {
    for (count, dimension) in [(1, 2), (2, 3), (50, 1), (300, 4), (3000, 2)] {
      let visited = order.order(cloud(count, dimension, seed: 1))
      #expect(visited.sorted() == Array(0..<count))
    }
  }

  @Test func `a shuffled line is put straight`() {
    // Positions 0, 7, 14, … modulo 61: neighbours on the line are far apart in the sequence.
    let features = (0..<61).map { [Double($0 * 7 % 61)] }
    for order in [SequenceOrder.nearest, .hilbert, .tree] {
      let sorted = order.order(features).map { features[$0][0] }
      let length = zip(sorted, sorted.dropFirst()).reduce(0.0) { $0 + ($1.0 - $1.1).magnitude }
      #expect(length <= 60.5)
    }
  }

  @Test func `sorting shortens the path through points of few dimensions`() {
    let features = cloud(400, 2, seed: 2)
    let given = SequenceOrder.pathLength(features, in: Array(0..<400))
    // A random path through the square has steps of about 1.04; the shortest is about 0.7 √(N A).
    for (order, factor) in [(SequenceOrder.nearest, 0.09), (.hilbert, 0.12), (.tree, 0.15)] {
      #expect(SequenceOrder.pathLength(features, in: order.order(features)) < factor * given)
    }
  }

  @Test func `the Hilbert curve steps from cell to neighbouring cell`() {
    // All 32 × 32 points of a grid: consecutive ones differ by one step in one coordinate.
    let side = 32
    let features = (0..<side * side).map { [Double($0 % side), Double($0 / side)] }
    let order = SequenceOrder.hilbert.order(features)
    let steps = zip(order, order.dropFirst()).map { first, second in
      zip(features[first], features[second]).reduce(0.0) { $0 + ($1.0 - $1.1).magnitude }
    }
    #expect(steps.allSatisfy { $0 == 1 })
  }
}
