internal import LinearAlgebra

extension SnapshotSet where S == Double {
  /// Snapshots that stand for whole trajectories: of each, the leading modes of its states weighted
  /// with √Δt, scaled by their singular values.
  ///
  /// The proper orthogonal decomposition of these is that of all states of all trajectories, but
  /// for the tails cut off; memory is that of one trajectory and the modes.
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
    var (columns, owners) = ([[Double]](), [Parameter]())
    for mu in parameters {
      var states = DenseMatrix<Double>(rowCount: evolution.dofCount, columnCount: 0)
      try solver.trajectory(at: mu) { step in
        states.appendColumn(evolution.weighted(step.state, at: step.index))
      }
      do throws(FactorizationError) {
        let pod = try POD(
          of: SnapshotSet(states: states), in: evolution.innerProduct, tolerance: tolerance)
        for k in 0..<pod.basis.size {
          var mode = pod.basis.vectors.column(k)
          scale(pod.singularValues[k], &mode)
          columns.append(mode)
          owners.append(mu)
        }
      } catch { throw .factorization(error, at: mu) }
    }
    self.init(
      states: DenseMatrix(rowCount: evolution.dofCount, columns: columns), parameters: owners)
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
