internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

extension AdaptiveHyperReduction {
  /// Indicators with the errors that belong to them, from runs whose full answers are known: those of
  /// the training, repeated by the reduced model and by coarser ones. Only these err enough to teach
  /// how the error grows with the indicator.
  ///
  /// The error is the larger one of the stress and of the cumulated plastic strain, in L² over the
  /// body and relative to its largest norm in training; those at round-off are left out.
  /// - Parameter factors: By which tolerances are coarser; those that cannot be reduced with are
  ///   left out.
  public func indicatorPairs(
    coarser factors: [Double] = [10, 100]
  ) throws -> [(indicator: Double, error: Double)] {
    var reductions = [reduction]
    for factor in factors {
      var coarse = options
      coarse.displacement = min(0.1, options.displacement * factor)
      coarse.cubature = min(0.1, options.cubature * factor)
      if let reduction = try? HyperReduction(of: snapshots, model, in: product, options: coarse) {
        reductions.append(reduction)
      }
    }
    let truth = TrainingErrors(snapshots, model)
    var pairs: [(indicator: Double, error: Double)] = []
    for reduction in reductions {
      let online = HyperReducedModel(reduction, of: model)
      for mu in snapshots.runs {
        do {
          try online.trajectory(at: mu) { frame in
            guard let k = snapshots.place(of: mu, time: frame.time) else { return }
            let error = truth.error(of: try model.whole(frame, of: reduction, at: mu), at: k)
            if error > 1e-12, frame.indicator > 0 { pairs.append((frame.indicator, error)) }
          }
        } catch let error as ModelError {
          // A coarse model may fail where the fine one does not: it has taught what it could.
          guard error.isNotConverged else { throw error }
        }
      }
    }
    return pairs
  }

  /// Learns what the indicator says of the error.
  ///
  /// - Parameter pairs: Such as ``indicatorPairs(coarser:)``; none leave the indicator as it is.
  public mutating func calibrate(_ pairs: [(indicator: Double, error: Double)]) {
    reduced.calibration = try? ErrorCalibration(
      indicators: pairs.map(\.indicator), errors: pairs.map(\.error))
  }
}

/// How far frames are from those of the training.
private struct TrainingErrors {
  private let snapshots: MechanicalSnapshots
  private let model: QuasiStaticModel
  private let stressScale: Double
  private let strainScale: Double

  init(_ snapshots: MechanicalSnapshots, _ model: QuasiStaticModel) {
    (self.snapshots, self.model) = (snapshots, model)
    var scales = (stress: 0.0, strain: 0.0)
    for k in 0..<snapshots.count {
      scales.stress = max(scales.stress, TrainingErrors.size(snapshots.stresses[k], model))
      let p = model.accumulated(snapshots.variables.map { $0[k] })
      scales.strain = max(scales.strain, TrainingErrors.size(p, model))
    }
    (stressScale, strainScale) = (scales.stress, scales.strain)
  }

  /// The larger one of the relative errors of stress and plastic strain.
  func error(of frame: QuasiStaticModel.Frame, at k: Int) -> Double {
    func gap(_ a: [Double], _ b: [Double], _ scale: Double) -> Double {
      scale > 0 ? TrainingErrors.size(zip(a, b).map { $0 - $1 }, model) / scale : 0
    }
    let stress = gap(frame.state.stress, snapshots.stresses[k], stressScale)
    let strain = gap(
      model.accumulated(frame.state.variables),
      model.accumulated(snapshots.variables.map { $0[k] }),
      strainScale)
    return max(stress, strain)
  }

  /// ‖·‖ in L² of one or six numbers per point.
  private static func size(_ values: [Double], _ model: QuasiStaticModel) -> Double {
    let weights = model.points.weights
    let width = max(1, values.count / max(1, weights.count))
    var sum = 0.0
    for (k, value) in values.enumerated() { sum += weights[k / width] * value * value }
    return sum.squareRoot()
  }
}

extension QuasiStaticModel {
  /// The scalar internal variables at all points, those of a material with several added up by
  /// squares; zero where a material has none.
  fileprivate func accumulated(_ variables: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: points.count)
    for (g, group) in body.materials.groups.enumerated() {
      let s = group.law.stateCount
      var offset = 0
      for variable in group.law.variables {
        if variable.kind == .scalar {
          for (place, p) in group.points.enumerated() {
            let value = variables[g][s * place + offset]
            result[Int(p)] = (result[Int(p)] * result[Int(p)] + value * value).squareRoot()
          }
        }
        offset += variable.componentCount
      }
    }
    return result
  }
}
