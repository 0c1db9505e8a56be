internal import DomainDecomposition
internal import LinearAlgebra

/// The coefficients that occur on any rank, in the order in which the ranks name them.
struct TermUnion {
  /// All of them, the same on all ranks.
  let family: CoefficientFamily
  /// The place of each coefficient of this rank; nil for that of a piece without terms, which is zero.
  let places: [Int?]

  /// Tells all ranks the coefficients of each; collective.
  ///
  /// - Throws: On all ranks where a text is no coefficient, which no rank's own are.
  init(
    _ own: CoefficientFamily, in space: ParameterSpace, _ world: some Communicator
  ) throws(DistributedFailure) {
    // Line by line: no coefficient has a line break in it.
    let mine = Array(own.texts.joined(separator: "\n").utf8).map(Int.init)
    var (texts, known) = ([String](), Set<String>())
    for bytes in world.gather(mine) {
      let text = String(decoding: bytes.map { UInt8($0) }, as: UTF8.self)
      for line in text.split(separator: "\n").map(String.init) where known.insert(line).inserted {
        texts.append(line)
      }
    }
    // A piece without terms has one of coefficient zero, which the whole needs where all are such.
    let all = texts.count > 1 ? texts.filter { $0 != "0" } : texts
    family = try world.together { () throws(CoefficientError) in
      try CoefficientFamily(parsing: all, in: space)
    }
    let wanted = all.enumerated().reduce(into: [String: Int]()) { $0[$1.element] = $1.offset }
    places = own.texts.map { wanted[$0] }
  }

  /// Terms of this rank at their places among all, zeros elsewhere; those of one coefficient added.
  func spread(_ terms: [[Double]], _ count: Int) -> [[Double]] {
    var all = [[Double]](
      repeating: [Double](repeating: 0, count: count), count: family.count)
    for case (let place?, let term) in zip(places, terms) { axpy(1, term, into: &all[place]) }
    return all
  }

  /// The same of matrices of one pattern.
  func spread(_ terms: [SparseMatrix<Double>]) -> [SparseMatrix<Double>] {
    guard let pattern = terms.first?.pattern else { return [] }
    return spread(terms.map(\.values), pattern.entryCount).map {
      SparseMatrix(pattern: pattern, values: $0)
    }
  }
}
