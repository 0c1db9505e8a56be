internal import Meshes

/// A matrix that is a number times the matrix of coefficient 1, which several operators of a family
/// may share.
///
/// So is every operator of a single term with one constant on the whole domain, whether alone or in
/// a family: its bits are the same in both.
struct Multiple: Sendable {
  /// The matrix.
  let output: Int
  /// The matrix whose storage holds the multiplicand while the rows of a part are assembled.
  let unit: Int
  let factor: Double

  /// Sets the coefficients of such operators to 1 and leaves out those that need no assembly of
  /// their own.
  static func extract(
    _ terms: [(term: BilinearTerm, output: Int)], _ mesh: Mesh
  ) -> (terms: [(term: BilinearTerm, output: Int)], multiples: [Multiple]) {
    var termCount: [Int: Int] = [:]
    for (_, output) in terms { termCount[output, default: 0] += 1 }
    var rest: [(term: BilinearTerm, output: Int)] = []
    var multiples: [Multiple] = []
    var units: [(term: BilinearTerm, output: Int)] = []
    for (term, output) in terms {
      guard termCount[output] == 1, let constant = term.coefficient.constantComponents,
        constant.count == 1, isWhole(term.region, mesh)
      else {
        rest.append((term, output))
        continue
      }
      let shared = units.first { unit, _ in
        unit.form == term.form && unit.quadratureDegree == term.quadratureDegree
      }
      multiples.append(
        Multiple(output: output, unit: shared?.output ?? output, factor: constant[0]))
      if shared == nil {
        let unit = BilinearTerm(
          term.form, .constant(1), on: term.region, quadratureDegree: term.quadratureDegree)
        units.append((unit, output))
        rest.append((unit, output))
      }
    }
    return (rest, multiples)
  }

  /// Whether the region holds every cell of the domain.
  private static func isWhole(_ region: Region, _ mesh: Mesh) -> Bool {
    region.dimension == mesh.dimension
      && mesh.blocks.indices.allSatisfy { b in
        let count = region.members.first { $0.block == b }?.cells.count ?? 0
        return mesh.blocks[b].dimension != mesh.dimension || count == mesh.blocks[b].cellCount
      }
  }
}
