import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Columns of a Gram matrix` {
  @Test func `are the products, with the squares of all, also of columns asked for twice`() {
    let a = DenseMatrix<Double>.random(5000, 12, seed: 31)
    let chosen = [7, 2, 7, 11]
    let whole = a.adjointTimes(a)
    let found = GramColumns(chosen, of: TallBlock(a))
    for (k, j) in chosen.enumerated() {
      for i in 0..<12 { #expect((found.products[i, k] - whole[i, j]).magnitude < 1e-10) }
    }
    for j in 0..<12 {
      #expect((found.squares[j] - whole[j, j]).magnitude < 1e-10)
      #expect(found.entrySquares[j] == found.squares[j])
    }
  }
}
