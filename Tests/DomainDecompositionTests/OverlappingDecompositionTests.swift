import DomainDecomposition
import Krylov
import LinearAlgebra
import Testing

@Suite struct OverlappingDecompositionTests {
  let grid = FivePointGrid(side: 15)

  @Test(arguments: [PartitionOfUnity.owner, .multiplicity])
  func `the weights of every unknown add up to one`(unity: PartitionOfUnity) throws {
    let parts = try OverlappingDecomposition(grid.pattern, count: 7, overlap: 2, unity: unity)
    #expect(parts.count == 7)
    var sum = [Double](repeating: 0, count: grid.count)
    for part in parts.subdomains {
      for (i, w) in zip(part.unknowns, part.weights) { sum[Int(i)] += w }
    }
    #expect(sum.allSatisfy { ($0 - 1).magnitude <= 1e-15 })
    #expect(parts.localCount > grid.count)
    if unity == .owner {
      #expect(parts.subdomains.allSatisfy { $0.weights.allSatisfy { $0 == 0 || $0 == 1 } })
    }
  }

  @Test func `an overlap of two layers reaches the distance two and no farther`() {
    // Two halves of a grid of 15 columns, cut after column 6.
    let parts = OverlappingDecomposition(
      grid.pattern, parts: (0..<grid.count).map { $0 % 15 < 7 ? 0 : 1 }, overlap: 2)
    let columns = parts.subdomains.map { Set($0.unknowns.map { $0 % 15 }) }
    #expect(columns == [Set(0..<9), Set(5..<15)])
    #expect(parts.subdomains.map(\.count) == [9 * 15, 10 * 15])
    #expect(parts.subdomains(of: 6) == [0, 1])
    #expect(parts.multiplicity == 2)
  }

  @Test func `edges of an unsymmetric pattern lead both ways`() {
    // Unknown 0 sees 1, unknown 1 does not see 0.
    let pattern = SparsityPattern(
      rowCount: 2, columnCount: 2, rowStart: [0, 2, 3], column: [0, 1, 1])
    let parts = OverlappingDecomposition(pattern, parts: [0, 1], overlap: 1)
    #expect(parts.subdomains.map(\.unknowns) == [[0, 1], [0, 1]])
  }

  @Test func `strips need two colours without overlap and as many as meet with a wide one`() {
    let strips = (0..<grid.count).map { Int32($0 % 15 / 3) }
    let apart = OverlappingDecomposition(grid.pattern, parts: strips, overlap: 0)
    #expect(apart.colourCount(by: grid.pattern) == 2)
    #expect(apart.couplings(by: grid.pattern)[2] == [1, 2, 3])
    let wide = OverlappingDecomposition(grid.pattern, parts: strips, overlap: 2)
    #expect(wide.couplings(by: grid.pattern)[2] == [0, 1, 2, 3, 4])
    #expect(wide.colourCount(by: grid.pattern) == 3)
  }
}
