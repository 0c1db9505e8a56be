public import ArgumentParser
public import Krylov
public import LinearSolvers

// The names of methods as words of a command line: case, dashes and brackets do not matter, and the
// names that other programs use are understood.

extension SolverMethod: ExpressibleByArgument {
  /// The method of a name; nil if there is none.
  public init?(argument: String) {
    self.init(
      word: argument,
      others: ["gcrodr": .gcroDR, "dcg": .deflatedCG, "bcgs": .bicgstab, "lu": .direct])
  }
}

extension PreconditionerKind: ExpressibleByArgument {
  /// The preconditioner of a name; nil if there is none.
  public init?(argument: String) {
    self.init(
      word: argument,
      others: [
        "icc": .incompleteCholesky, "ic0": .incompleteCholesky, "ilu0": .incompleteLU,
        "diagonal": .jacobi, "sor": .ssor, "multigrid": .multigrid, "asm": .schwarz,
        "ras": .schwarz, "geneo": .twoLevelSchwarz,
      ])
  }
}

extension SequenceOrder: ExpressibleByArgument {}
extension InitialGuess: ExpressibleByArgument {}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
  /// The case that a word means, in letters and digits alone.
  fileprivate init?(word: String, others: [String: Self]) {
    func plain(_ text: String) -> String {
      text.lowercased().filter { $0.isLetter || $0.isNumber }
    }
    let meant = plain(word)
    guard let found = Self.allCases.first(where: { plain($0.rawValue) == meant }) ?? others[meant]
    else { return nil }
    self = found
  }
}
