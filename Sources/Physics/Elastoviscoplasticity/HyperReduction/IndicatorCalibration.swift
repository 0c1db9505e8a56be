internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

extension AdaptiveHyperReduction {
  /// Indicators with the errors that belong to them, from runs whose full answers are known.
  ///
  /// The reduced model and coarser ones repeat the training, which teaches how the error grows with the
  /// indicator where the histories are known. Models of a part of the training go through the rest of
  /// it, which teaches the same of histories that are not: there the indicator is as large as in runs
  /// that training has not seen, and the error often smaller beside it.
  ///
  /// The error is the larger one of the stress and of the cumulated plastic strain, in L² over the
  /// body and relative to its largest norm in training; those at round-off are left out. It is that of
  /// the fits alone: a regression has learnt from the same runs, and its error on them proves nothing.
  /// - Parameter factors: By which tolerances are coarser; those that cannot be reduced with are
  ///   left out.
  /// - Complexity: One reduction for each factor and each part, at most four parts.
  /// - Source: for parts left out, Stone, *Cross-validatory choice and assessment of statistical
  ///   predictions*, J. R. Stat. Soc. B 36 (1974).
  public func indicatorPairs(
    coarser factors: [Double] = [30]
  ) throws -> [(indicator: Double, error: Double)] {
    let truth = TrainingErrors(snapshots, model)
    var pairs = try pairs(of: reduction.uncorrected, truth)
    for factor in factors {
      var coarse = options
      coarse.displacement = min(0.1, options.displacement * factor)
      coarse.cubature = min(0.1, options.cubature * factor)
      if let reduction = try? HyperReduction(of: snapshots, model, in: product, options: coarse) {
        pairs += try self.pairs(of: reduction, truth)
      }
    }
    for (known, unseen) in snapshots.partitions {
      if let part = try? HyperReduction(of: known, model, in: product, options: options),
        let measured = part.measured(as: reduction)
      {
        pairs += try self.pairs(of: measured, truth, at: unseen)
      }
    }
    return pairs
  }

  /// The pairs of one model.
  ///
  /// - Parameter columns: The snapshots it is held against; nil for all.
  private func pairs(
    of reduction: HyperReduction, _ truth: TrainingErrors, at columns: Set<Int>? = nil
  ) throws -> [(indicator: Double, error: Double)] {
    let online = HyperReducedModel(reduction, of: model)
    var pairs: [(indicator: Double, error: Double)] = []
    for mu in snapshots.runs where columns.map({ snapshots.contains(mu, among: $0) }) ?? true {
      do {
        try online.trajectory(at: mu) { frame in
          guard let k = snapshots.place(of: mu, time: frame.time), columns?.contains(k) ?? true
          else { return }
          let error = truth.error(of: try model.whole(frame, of: reduction, at: mu), at: k)
          if error > 1e-12, frame.indicator > 0 { pairs.append((frame.indicator, error)) }
        }
      } catch let error as ModelError {
        // A coarse model may fail where the fine one does not: it has taught what it could.
        guard error.isNotConverged else { throw error }
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

extension HyperReduction {
  /// The same with the references of another, so that indicators of both have one unit; nil where a
  /// field is missing, of which a part of the training knew nothing.
  fileprivate func measured(as other: HyperReduction) -> HyperReduction? {
    guard duals.map(\.field) == other.duals.map(\.field) else { return nil }
    var copy = self
    for d in duals.indices { copy.duals[d].sampled.reference = other.duals[d].reference }
    return copy
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
