internal import Krylov
internal import LinearSolvers

extension CaseFile {
  /// How linear systems are solved; nil where every matrix is factorized.
  var solver: SolverSettings? {
    guard let entry = entry("solver") else { return nil }
    var settings = SolverSettings()
    settings.method = entry["method"]?.word.flatMap(SolverMethod.init) ?? .auto
    settings.preconditioner =
      entry["preconditioner"]?.word.flatMap(PreconditionerKind.init) ?? .auto
    settings.rule.relative = entry["tolerance"]?.number ?? 1e-10
    settings.rule.iterations = entry["iterations"]?.integer ?? 10_000
    settings.restart = entry["restart"]?.integer ?? 30
    settings.recycle = entry["recycle"]?.integer
    settings.order = entry["order"]?.word.flatMap(SequenceOrder.init) ?? .given
    settings.guess = entry["guess"]?.word.flatMap(InitialGuess.init) ?? .zero
    settings.subdomains = entry["subdomains"]?.integer
    settings.relaxation = entry["relaxation"]?.number ?? 1
    settings.learnsRelaxation = entry["learn-relaxation"]?.flag ?? false
    return settings
  }
}
