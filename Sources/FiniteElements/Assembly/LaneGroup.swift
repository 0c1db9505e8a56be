internal import Meshes

/// What a group of operators adds on each cell of a block in one go: to each of them at most one
/// scalar stiffness and one mass, or one tensor.
struct LaneRound: Sendable {
  let form: RoundForm
  /// For each operator its stiffness, if it has any here.
  let stiffness: [SweepTerm?]
  /// For each operator the constant of its mass, or zero.
  let mass: [Double]

  /// Some coefficients must be evaluated.
  var isVarying: Bool { stiffness.contains { $0.map { $0.constant == nil } ?? false } }
}

/// Up to four operators of a family that act on the same cells of linear simplices and are assembled
/// side by side: geometry, offsets and scattered additions are shared by all of them.
///
/// An operator takes the same rounds in any group, so the bits do not depend on the others.
struct LaneGroup: Sendable {
  /// The matrices.
  let outputs: [Int]
  /// For each block of the plan, what is added on its cells.
  let rounds: [[LaneRound]]
  /// For each class of cells whether it takes part; nil for all cells.
  let activeClasses: [Bool]?

  /// The group of one term on some classes of cells of one block.
  init(_ term: SweepTerm, block: Int, blockCount: Int, activeClasses: [Bool]) {
    outputs = [term.output]
    rounds = (0..<blockCount).map { $0 == block ? LaneGroup.rounds([[term]]) : [] }
    self.activeClasses = activeClasses
  }

  /// Groups for terms that act on whole blocks.
  ///
  /// - Parameter terms: For each block of the plan.
  static func groups(_ terms: [[SweepTerm]]) -> [LaneGroup] {
    let outputs = Set(terms.joined().map(\.output)).sorted()
    let tensorial = Set(terms.joined().filter(\.isTensor).map(\.output))
    return [outputs.filter { !tensorial.contains($0) }, outputs.filter(tensorial.contains)]
      .flatMap { alike in
        stride(from: 0, to: alike.count, by: 4).map { first in
          let outputs = Array(alike[first..<min(first + 4, alike.count)])
          return LaneGroup(
            outputs: outputs,
            rounds: terms.map { terms in
              rounds(outputs.map { output in terms.filter { $0.output == output } })
            })
        }
      }
  }

  private init(outputs: [Int], rounds: [[LaneRound]]) {
    self.outputs = outputs
    self.rounds = rounds
    activeClasses = nil
  }

  /// The k-th scalar stiffness and the k-th mass of each operator make a round, then the k-th
  /// tensors do.
  private static func rounds(_ terms: [[SweepTerm]]) -> [LaneRound] {
    let masses = terms.map { $0.filter { $0.table.form == .mass } }
    let tensors = terms.map { $0.filter(\.isTensor) }
    let scalars = terms.map { $0.filter { $0.table.form == .stiffness && !$0.isTensor } }
    func count(_ lists: [[SweepTerm]]) -> Int { lists.map(\.count).max() ?? 0 }
    func item(_ list: [SweepTerm], _ k: Int) -> SweepTerm? { k < list.count ? list[k] : nil }
    let sums = (0..<max(count(scalars), count(masses))).map { k in
      LaneRound(
        form: k >= count(masses) ? .stiffness : k >= count(scalars) ? .mass : .sum,
        stiffness: scalars.map { item($0, k) },
        mass: masses.map { item($0, k)?.constant?[0] ?? 0 })
    }
    return sums
      + (0..<count(tensors)).map { k in
        LaneRound(
          form: .tensor, stiffness: tensors.map { item($0, k) }, mass: terms.map { _ in 0 })
      }
  }
}

extension SweepTerm {
  /// A stiffness with a tensor.
  var isTensor: Bool { table.form == .stiffness && coefficient.componentCount > 1 }

  /// Its matrix on a straight linear cell has a closed form: a varying coefficient of a stiffness
  /// enters by its mean.
  var isClosed: Bool {
    constant != nil
      ? table.form.isSymmetric : table.form == .stiffness && inputs == nil
  }
}

/// A sweep's terms, sorted by how they are assembled.
struct SweepWork: Sendable {
  /// Closed forms on whole blocks.
  let groups: [LaneGroup]
  /// For each block, constant closed forms on some of its cells.
  let simple: [SimpleTerms]
  /// For each block, varying closed forms on some of its cells.
  let varying: [[LaneGroup]]
  /// For each block, closed forms on quadratic simplices.
  let quadratic: [QuadraticTerms]
  /// For each block, the others.
  let remaining: [ActiveTerms]
  /// For each block and term, whether only bent cells remain of it.
  let bentOnly: [[Bool]]

  init(_ sweep: Sweep) {
    let (space, blocks) = (sweep.plan.space, sweep.plan.blocks)
    var whole: [[SweepTerm]] = []
    var simple: [SimpleTerms] = []
    var varying: [[LaneGroup]] = []
    var quadratic: [QuadraticTerms] = []
    var remaining: [ActiveTerms] = []
    var bentOnly: [[Bool]] = []
    for (b, block) in blocks.enumerated() {
      let shape = space.mesh.blocks[block.block].shape
      let (terms, active) = (sweep.terms[b], sweep.active[b])
      let isSimplicial =
        sweep.isMatrix && shape.dimension == space.mesh.dimension && shape.isSimplex
      let isClosed = terms.map { isSimplicial && space.degree == 1 && $0.isClosed }
      let isQuadratic = terms.map { isSimplicial && space.degree == 2 && $0.isQuadratic }
      let isWhole = terms.indices.map { t in
        isClosed[t] && active.terms.allSatisfy { $0.contains(t) }
      }
      whole.append(terms.indices.filter { isWhole[$0] }.map { terms[$0] })
      simple.append(
        SimpleTerms(
          terms, active.keeping { isClosed[$0] && !isWhole[$0] && terms[$0].constant != nil },
          isTriangle: shape == .triangle))
      varying.append(
        terms.indices.filter { isClosed[$0] && !isWhole[$0] && terms[$0].constant == nil }.map {
          t in
          LaneGroup(
            terms[t], block: b, blockCount: blocks.count,
            activeClasses: active.terms.map { $0.contains(t) })
        })
      let straight = sweep.plan.straight[b]
      quadratic.append(
        QuadraticTerms(terms, active.keeping { isQuadratic[$0] }, shape, straight))
      let isStraight = straight?.areAll ?? true
      remaining.append(active.keeping { !isClosed[$0] && !(isQuadratic[$0] && isStraight) })
      bentOnly.append(isQuadratic)
    }
    groups = LaneGroup.groups(whole)
    self.simple = simple
    self.varying = varying
    self.quadratic = quadratic
    self.remaining = remaining
    self.bentOnly = bentOnly
  }
}
