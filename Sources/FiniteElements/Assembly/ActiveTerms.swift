/// Which terms act on which cells of a block: cells on which the same terms act form a class.
///
/// Two bytes a cell, and none if every term acts on the whole block.
struct ActiveTerms: Sendable {
  /// The class of each cell; nil if there is one class only.
  let classOfCell: [UInt16]?
  /// The terms of each class, ascending.
  let terms: [[Int]]

  var isEmpty: Bool { terms.allSatisfy(\.isEmpty) }

  /// - Parameter cells: For each term the cells of the block on which it acts, ascending.
  init(_ cells: [[Int32]], cellCount: Int) {
    var classes: [[Int]] = [[]]
    var everywhere: [Int] = []
    var classOfCell: [UInt16]?
    for (term, cells) in cells.enumerated() where !cells.isEmpty {
      if cells.count == cellCount {
        everywhere.append(term)
        continue
      }
      var mine = classOfCell ?? [UInt16](repeating: 0, count: cellCount)
      classOfCell = nil
      var successor: [UInt16: UInt16] = [:]
      var (last, lastSuccessor): (UInt16?, UInt16) = (nil, 0)
      for cell in cells {
        let old = mine[Int(cell)]
        if old != last {
          if let known = successor[old] {
            lastSuccessor = known
          } else {
            precondition(classes.count < 65_536, "more than 65536 combinations of regions")
            lastSuccessor = UInt16(classes.count)
            successor[old] = lastSuccessor
            classes.append(classes[Int(old)] + [term])
          }
          last = old
        }
        mine[Int(cell)] = lastSuccessor
      }
      classOfCell = mine
    }
    self.classOfCell = classOfCell
    terms = classes.map { ($0 + everywhere).sorted() }
  }

  /// The same classes with only some of the terms.
  func keeping(_ isKept: (Int) -> Bool) -> ActiveTerms {
    ActiveTerms(classOfCell: classOfCell, terms: terms.map { $0.filter(isKept) })
  }

  private init(classOfCell: [UInt16]?, terms: [[Int]]) {
    self.classOfCell = classOfCell
    self.terms = terms
  }
}
