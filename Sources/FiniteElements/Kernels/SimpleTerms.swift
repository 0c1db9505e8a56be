internal import LinearAlgebra
internal import Meshes

/// A term whose element matrix on a straight first-order cell has a closed form.
struct SimpleTerm: Sendable {
  enum Form: Sendable { case scalarStiffness, tensorStiffness, mass }
  let form: Form
  let output: Int
  /// The scalar coefficient.
  let scalar: Double
  /// The tensor xx, yy, zz, yz, xz, xy, zero beyond the dimension.
  let tensor: SIMD8<Double>
}

/// The terms of one block that the closed-form kernels can do, class by class, and the others.
struct SimpleTerms: Sendable {
  /// The terms of all classes, one class after the other.
  let terms: [SimpleTerm]
  /// Where each class begins; one more number than classes.
  let start: [Int]
  let classOfCell: [UInt16]?
  /// What the general kernel has to do.
  let remaining: ActiveTerms
  let isTriangle: Bool

  init(_ all: [SweepTerm], _ active: ActiveTerms, _ block: PlanBlock, _ space: FunctionSpace) {
    let shape = space.mesh.blocks[block.block].shape
    let isEligible =
      space.degree == 1 && shape.dimension == space.mesh.dimension && shape.dimension >= 2
    let simple = all.map { term -> SimpleTerm? in
      guard isEligible, let constant = term.constant, term.table.isMatrix else { return nil }
      let isTensor = constant.count > 1
      var tensor = SIMD8<Double>.zero
      let places = shape == .triangle ? [0, 1, 5] : [0, 1, 2, 3, 4, 5]
      if isTensor { for (value, place) in zip(constant, places) { tensor[place] = value } }
      return SimpleTerm(
        form: term.table.form == .mass ? .mass : isTensor ? .tensorStiffness : .scalarStiffness,
        output: term.output, scalar: constant[0], tensor: tensor)
    }
    var terms: [SimpleTerm] = []
    var start = [0]
    for indices in active.terms {
      terms += indices.compactMap { simple[$0] }
      start.append(terms.count)
    }
    self.terms = terms
    self.start = start
    classOfCell = active.classOfCell
    remaining = active.keeping { simple[$0] == nil }
    isTriangle = shape == .triangle
  }

  /// Adds the terms on the cells of block `b` to the part's rows.
  func add(to target: PartTarget, _ b: Int) -> AssemblyError? {
    if terms.isEmpty { return nil }
    switch unsafe target.plan.maps[b] {
    case .bytes(let map): return unsafe add(to: target, b, map)
    case .words(let map): return unsafe add(to: target, b, map)
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
