public import ArgumentParser
public import Krylov
public import LinearSolvers

// The names of methods as words of a command line.

extension SolverMethod: ExpressibleByArgument {}
extension PreconditionerKind: ExpressibleByArgument {}
extension SequenceOrder: ExpressibleByArgument {}
extension InitialGuess: ExpressibleByArgument {}
