internal import LinearAlgebra
internal import ModelReduction

/// The equilibrium of a hyperreduced model at the end of one step: Σ x_k E_kᵀ σ_k − Vᵀ f = 0.
final class ReducedEquations: NewtonEquations {
  private let model: HyperReducedModel
  private let state: MaterialState
  private let increment: TimeIncrement
  private let temperature: [Double]
  /// Vᵀ f.
  private let external: [Double]
  /// The strains of the prescribed displacements.
  private let prescribed: [Double]
  private let workspace: ReducedWorkspace
  private(set) var failure: MaterialFailure?
  private var scale: Double

  init(
    _ model: HyperReducedModel, from state: MaterialState, over increment: TimeIncrement,
    temperature: [Double], loads: [Double], lifts: [Double], _ workspace: ReducedWorkspace
  ) {
    (self.model, self.state, self.increment) = (model, state, increment)
    (self.temperature, self.workspace) = (temperature, workspace)
    external = model.loads * loads
    prescribed = model.liftStrains * lifts
    scale = norm(external)
  }

  func residual(at u: [Double]) -> (value: [Double], scale: Double)? {
    workspace.strain = model.strains * u
    axpy(1, prescribed, into: &workspace.strain)
    do throws(MaterialFailure) {
      try model.materials.advance(
        from: state, to: workspace.strain, temperature: temperature, over: increment,
        into: &workspace.response)
    } catch {
      failure = error
      return nil
    }
    failure = nil
    for (k, weight) in model.weights.enumerated() {
      for c in 0..<6 {
        workspace.weighted[6 * k + c] = weight * workspace.response.stress[6 * k + c]
      }
    }
    var value = model.strains.adjointTimes(workspace.weighted)
    scale = max(scale, norm(value))
    axpy(-1, external, into: &value)
    return value.allSatisfy(\.isFinite) ? (value, scale) : nil
  }

  func step(at u: [Double], _ residual: [Double]) -> Result<[Double], NewtonFailure> {
    let n = model.strains.columnCount
    let rows = model.strains.rowCount
    // D E row by row of each point, weighted.
    for k in 0..<n {
      for (p, weight) in model.weights.enumerated() where weight != 0 {
        for i in 0..<6 {
          var sum = 0.0
          for j in 0..<6 {
            sum +=
              workspace.response.moduli[36 * p + 6 * i + j]
              * model.strains.values[k * rows + 6 * p + j]
          }
          workspace.stiff.values[k * rows + 6 * p + i] = weight * sum
        }
      }
    }
    do throws(FactorizationError) {
      let tangent = model.strains.adjointTimes(workspace.stiff)
      return .success(try LU(tangent).solve(residual.map { -$0 }))
    } catch { return .failure(NewtonFailure(message: "\(error)")) }
  }

  /// The state at the end of the step.
  var committed: MaterialState {
    workspace.response.state(strain: workspace.strain, temperature: temperature)
  }
}

/// Storage that goes from step to step.
final class ReducedWorkspace {
  var response: MaterialResponse
  var strain: [Double]
  /// x_k σ_k.
  var weighted: [Double]
  /// x_k D_k E_k.
  var stiff: DenseMatrix<Double>

  init(_ model: HyperReducedModel) {
    response = model.materials.response()
    strain = [Double](repeating: 0, count: model.strains.rowCount)
    weighted = strain
    stiff = DenseMatrix(rowCount: model.strains.rowCount, columnCount: model.strains.columnCount)
  }
}
