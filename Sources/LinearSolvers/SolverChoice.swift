internal import DomainDecomposition
internal import RealModule

/// A method and a preconditioner, and why.
public struct SolverChoice: Sendable, Equatable {
  /// The method, never `auto`.
  public var method: SolverMethod
  /// The preconditioner, never `auto`.
  public var preconditioner: PreconditionerKind
  /// k.
  public var recycle: Int
  /// The reasons, a clause each.
  public var reasons: [String]

  /// The choice in a sentence.
  public var description: String {
    let means =
      method == .direct
      ? "direct" : "\(method.rawValue) with \(preconditioner.rawValue)"
    return "\(means): \(reasons.joined(separator: "; "))"
  }

  /// Given means, for a reason.
  init(_ method: SolverMethod, _ preconditioner: PreconditionerKind, because reason: String) {
    (self.method, self.preconditioner) = (method, preconditioner)
    (recycle, reasons) = (0, [reason])
  }

  /// Chooses what the settings leave open.
  ///
  /// - Parameters:
  ///   - settings: What was asked for.
  ///   - matrix: The first matrix.
  ///   - systems: How many systems there are to solve.
  ///   - matrices: How many different matrices they have.
  public init(
    _ settings: SolverSettings, _ matrix: MatrixCharacter, systems: Int, matrices: Int
  ) {
    var reasons: [String] = []
    method = settings.method
    preconditioner = settings.preconditioner
    if method == .auto {
      (method, reasons) = Self.method(settings, matrix, systems: systems, matrices: matrices)
    } else {
      reasons.append("\(method.rawValue) as asked for")
    }
    if settings.recycle ?? 0 > 0, settings.method == .auto {
      if method == .cg { method = .deflatedCG }
      if [.direct, .gmres, .minres, .bicgstab].contains(method) {
        method = matrix.mayBeDefinite ? .deflatedCG : .gcroDR
      }
      reasons = ["recycling was asked for"]
    }
    if method == .direct {
      preconditioner = .none
    } else if preconditioner == .auto {
      let choice = Self.preconditioner(
        method, matrix, matrices: matrices, hasModes: settings.nearNullSpace != nil)
      preconditioner = choice.kind
      reasons.append(choice.reason)
    }
    recycle =
      switch method {
      case .deflatedCG, .gcroDR:
        settings.recycle
          ?? (preconditioner == .definitePart || preconditioner == .neighbour ? 5 : 10)
      default: 0
      }
    self.reasons = reasons
  }

  /// Compares the estimated work of a factorization with that of an iteration.
  private static func method(
    _ settings: SolverSettings, _ a: MatrixCharacter, systems: Int, matrices: Int
  ) -> (SolverMethod, [String]) {
    let n = Double(a.order)
    let perMatrix = Double(max(1, systems)) / Double(max(1, matrices))
    let direct = a.factorWork + perMatrix * 3 * a.factorEntries
    let step = 4 * Double(a.entries) + 12 * n
    let shape = "\(a.order) unknowns, dimension about \((10 * a.dimension).rounded() / 10)"
    let fits = a.factorFits
    func kind(_ method: SolverMethod) -> PreconditionerKind {
      settings.preconditioner != .auto
        ? settings.preconditioner
        : preconditioner(method, a, matrices: matrices, hasModes: settings.nearNullSpace != nil)
          .kind
    }
    if a.mayBeDefinite {
      let kind = kind(.cg)
      let iterative = perMatrix * steps(a, kind) * step
      guard fits, direct <= iterative else {
        return (.cg, ["symmetric, positive diagonal", "\(shape): a factor costs more"])
      }
      return (.direct, ["\(shape): a factor costs less than iterating"])
    }
    if a.isHermitian {
      if matrices > 2 {
        return (.gcroDR, ["symmetric, indefinite", "\(matrices) matrices: recycling pays"])
      }
      return fits
        ? (.direct, ["symmetric, indefinite: iterations are many"])
        : (.minres, ["symmetric, indefinite", "\(shape): a factor has no place"])
    }
    // Two products and two preconditionings make an iteration of BiCGStab half more than two steps. With
    // modified factors it takes 25, 33 and 55 to 10⁻⁸ on squares of 64, 128 and 256, with ILU(0) 41, 90
    // and 199, and up to 2.4 times as many are allowed for.
    let steps = kind(.bicgstab) == .modifiedLU ? 5.5 * a.side.squareRoot() : 2.4 * a.side
    let iterative = perMatrix * steps * step
    if fits, direct <= iterative || a.isComplex && matrices <= 2 {
      return (.direct, ["\(shape): a factor costs less than iterating"])
    }
    return a.isComplex
      ? (.gcroDR, ["complex, not Hermitian", "\(matrices) matrices: recycling pays"])
      : (.bicgstab, ["not symmetric", "\(shape): a factor costs more"])
  }

  /// The steps of conjugate gradients to 10⁻⁸ with an incomplete factor; what multigrid takes, its
  /// set-up included, in such steps.
  ///
  /// With IC(0) they grow with the points along a side, modified with their square root: 33, 52 and 95
  /// on squares of 64, 128 and 256.
  private static func steps(_ a: MatrixCharacter, _ kind: PreconditionerKind) -> Double {
    switch kind {
    case .multigrid where a.isDominant: min(200, 1.6 * a.side)
    case .modifiedCholesky: 6 * a.side.squareRoot()
    default: 1.6 * a.side
    }
  }

  private static func preconditioner(
    _ method: SolverMethod, _ a: MatrixCharacter, matrices: Int, hasModes: Bool
  ) -> (kind: PreconditionerKind, reason: String) {
    if Processes.count > 1, method != .minres {
      return (.twoLevelSchwarz, "\(Processes.count) ranks solve it together")
    }
    // Measured: even with IC(0) on a cube of 63 nodes a side, and of 40 with the rigid motions of
    // elasticity; in the plane later, because factors fill less. Modified factors are even on a square
    // of 200; on cubes of up to 10⁶ unknowns they take half of multigrid's time, and the sixth root of
    // the unknowns, by which their iterations grow, makes that up beyond 10⁷.
    let side = a.side
    let isModified = a.suitsModifiedFactors && !hasModes
    let even =
      hasModes ? 55.0 : a.dimension > 2.5 ? (isModified ? 350 : 85) : isModified ? 200 : 170
    if method.needsDefinite, !a.isComplex, a.dimension > 1.5, side > even {
      return (.multigrid, "\(Int(side)) points a side: multigrid needs fewer steps than it costs")
    }
    if method.needsDefinite, a.suitsModifiedFactors {
      return (.modifiedCholesky, "entries and order suit modified incomplete factors")
    }
    if method.needsDefinite {
      return (.incompleteCholesky, "incomplete Cholesky needs neither parameters nor geometry")
    }
    if a.isHermitian, method == .minres {
      return (.jacobi, "MINRES needs a definite preconditioner")
    }
    // Raised by much, the diagonal makes another matrix: of elasticity the part is of no use.
    if a.isHermitian, !a.isDominant, a.lackOfDominance < 0.4, matrices > 2, !a.isComplex {
      return (.definitePart, "one factorization of the definite part serves the whole sequence")
    }
    if a.mayBeDefinite {
      return (.incompleteCholesky, "symmetric, positive diagonal: half the work of incomplete LU")
    }
    if !a.isHermitian, a.suitsModifiedFactors {
      return (.modifiedLU, "entries and order suit modified incomplete factors")
    }
    return (.incompleteLU, "incomplete LU needs neither parameters nor geometry")
  }
}
