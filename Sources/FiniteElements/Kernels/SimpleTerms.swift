internal import LinearAlgebra
internal import Meshes

/// A term whose element matrix on a straight first-order cell has a closed form.
struct SimpleTerm: Sendable {
  enum Form: Sendable { case scalarStiffness, tensorStiffness, mass }
  let form: Form
  let output: Int
  /// The scalar coefficient.
  let scalar: Double
  /// The tensor, zero beyond the dimension.
  let symmetricTensor: SymmetricTensor<Double>

  init(_ term: SweepTerm, _ constant: [Double], isTriangle: Bool) {
    output = term.output
    scalar = constant[0]
    form = term.table.form == .mass ? .mass : term.isTensor ? .tensorStiffness : .scalarStiffness
    let c = term.isTensor ? constant : [Double](repeating: 0, count: 6)
    symmetricTensor =
      isTriangle
      ? SymmetricTensor(xx: c[0], yy: c[1], zz: 0, yz: 0, xz: 0, xy: c[2])
      : SymmetricTensor(xx: c[0], yy: c[1], zz: c[2], yz: c[3], xz: c[4], xy: c[5])
  }
}

/// The constant terms on some of the cells of one block of linear simplices, class by class.
struct SimpleTerms: Sendable {
  /// The terms of all classes, one class after the other.
  let terms: [SimpleTerm]
  /// Where each class begins; one more number than classes.
  let start: [Int]
  let classOfCell: [UInt16]?
  let isTriangle: Bool

  init(_ all: [SweepTerm], _ active: ActiveTerms, isTriangle: Bool) {
    var terms: [SimpleTerm] = []
    var start = [0]
    for indices in active.terms {
      for t in indices {
        guard let constant = all[t].constant else { continue }
        terms.append(SimpleTerm(all[t], constant, isTriangle: isTriangle))
      }
      start.append(terms.count)
    }
    self.terms = terms
    self.start = start
    classOfCell = active.classOfCell
    self.isTriangle = isTriangle
  }

  /// Adds the terms on the cells of block `b` to the part's rows.
  func add(to target: PartTarget, _ b: Int) -> AssemblyError? {
    if terms.isEmpty { return nil }
    switch unsafe target.plan.maps[b] {
    case .bytes(let map): return unsafe add(to: target, b, map)
    case .words(let map): return unsafe add(to: target, b, map)
    case .longWords(let map): return unsafe add(to: target, b, map)
    case .search: return nil
    }
  }

  private func add<Offset: ScatterOffset>(
    to target: PartTarget, _ b: Int, _ map: [Offset]
  ) -> AssemblyError? {
    let failed = unsafe target.withCells(b, map) { cells in
      unsafe withPointers(terms, start, classOfCell ?? [], target.outputs) {
        terms, start, classOfCell, outputs in
        let mine = unsafe SimpleCells(
          cells: cells, terms: terms, start: start,
          classOfCell: self.classOfCell == nil ? nil : classOfCell, outputs: outputs)
        return unsafe isTriangle ? addTriangles(mine) : addTetrahedra(mine)
      }
    }
    guard case .some(.some(let cell)) = failed else { return nil }
    return unsafe .degenerateCell(block: target.plan.blocks[b].block, cell: cell)
  }
}

/// What the closed-form kernels read and write.
@unsafe struct SimpleCells<Offset: ScatterOffset> {
  let cells: PartCells<Offset>
  let terms: UnsafePointer<SimpleTerm>
  let start: UnsafePointer<Int>
  let classOfCell: UnsafePointer<UInt16>?
  let outputs: UnsafePointer<UnsafeMutablePointer<Double>>
}
