internal import LinearAlgebra

extension SnapshotSet where S == Double {
  /// Snapshots that stand for whole trajectories: of each, the leading modes of its states weighted
  /// with √Δt, scaled by their singular values.
  ///
  /// The proper orthogonal decomposition of these is that of all states of all trajectories, but
  /// for the tails cut off; memory is that of one trajectory and the modes. Trajectories are dealt out
  /// to the ranks, where there are several.
  ///
  /// - Parameter tolerance: The part of each trajectory's energy, as a root, that may be left out.
  /// - Throws: When a trajectory cannot be computed or decomposed.
  /// - Source: Himpe, Leibner, Rave, SIAM J. Sci. Comput. 40 (2018), for decompositions of
  ///   decompositions.
  public init(
    trajectoriesOf solver: FullEvolutionSolver, at parameters: [Parameter],
    tolerance: Double = 1e-10
  ) throws(ModelError) {
    let evolution = solver.evolution
    func modes(_ mu: Parameter) throws(ModelError) -> [Double] {
      var states = DenseMatrix<Double>(rowCount: evolution.dofCount, columnCount: 0)
      try solver.trajectory(at: mu) { step in
        states.appendColumn(evolution.weighted(step.state, at: step.index))
      }
      do throws(FactorizationError) {
        let pod = try POD(
          of: SnapshotSet(states: states), in: evolution.innerProduct, tolerance: tolerance)
        var modes = pod.basis.vectors
        modes.scaleColumns(by: Array(pod.singularValues.prefix(pod.basis.size)))
        return modes.values
      } catch { throw .factorization(error, at: mu) }
    }
    let found = try overRanks(parameters.count) { k throws(ModelError) in try modes(parameters[k]) }
    var (values, owners) = ([Double](), [Parameter]())
    for (k, mu) in parameters.enumerated() {
      let mine: [Double]
      if let found { mine = found[k] } else { mine = try modes(mu) }
      values += mine
      owners += [Parameter](repeating: mu, count: mine.count / max(1, evolution.dofCount))
    }
    self.init(
      states: DenseMatrix(
        rowCount: evolution.dofCount, columnCount: owners.count, values: values),
      parameters: owners)
  }
}

extension AffineEvolution {
  /// √Δt u: the weight of a state in Σ Δt ‖u‖²; the initial state has that of the first step.
  func weighted(_ state: [Double], at index: Int) -> [Double] {
    var column = state
    scale(grid.steps[max(0, index - 1)].squareRoot(), &column)
    return column
  }
}
