extension AffineDecomposition {
  /// The quantities of interest of a state over the free unknowns, by name, in the order of
  /// `outputs`.
  ///
  /// - Throws: When `mu` does not fit the space or a coefficient is not finite.
  public func outputValues(
    of state: [Double], at mu: Parameter
  ) throws(ModelError) -> [(key: String, value: Double)] {
    precondition(state.count == dofCount, "\(state.count) values for \(dofCount) free unknowns")
    var values: [(key: String, value: Double)] = []
    for output in outputs {
      values.append((output.name, try output.value(of: state, at: mu, in: parameterSpace)))
    }
    return values
  }
}
