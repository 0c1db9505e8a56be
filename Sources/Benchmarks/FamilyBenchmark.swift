internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

/// All operators of an affine family in one sweep, against one operator of the same kind (W1, W5).
public struct FamilyBenchmark: Sendable {
  /// The number of cubes along each edge.
  public let cubes: Int
  /// How often each family is assembled.
  public let repetitions: Int

  /// A workload.
  public init(cubes: Int, repetitions: Int = 9) {
    (self.cubes, self.repetitions) = (cubes, repetitions)
  }

  /// Measures families of 1, 2, 4 and 8 operators on one thread: a part of the cube each; all of
  /// the cube with a constant tensor each; all of the cube with a polynomial each.
  public func section(progress: (String) -> Void = { _ in }) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = 1
    defer { Threads.count = before }
    let mesh = Box(size: [1, 1, 1], cells: [cubes, cubes, cubes]).mesh()
    let plan = AssemblyPlan(try FunctionSpace(mesh, degree: 1))
    var findings: [Finding] = []
    for (kind, family) in [
      ("a part of the cube each", regionFamily), ("the whole cube each", wholeFamily),
      ("the whole cube each, polynomials", polynomialFamily),
    ] {
      var one = 0.0
      for count in [1, 2, 4, 8] {
        progress("assembly of \(count) operator\(count == 1 ? "" : "s"), \(kind)")
        let terms = try family(mesh, count)
        var timing = Timing()
        var matrices = (0..<count).map { _ in SparseMatrix<Double>(pattern: plan.pattern) }
        for _ in 0..<repetitions {
          try timing.measure { try plan.assemble(family: terms, into: &matrices) }
        }
        if count == 1 { one = timing.leastCPU }
        let ratio = timing.leastCPU / one
        findings.append(
          Finding(
            "\(count) operator\(count == 1 ? "" : "s"), \(kind)", timing.leastCPU, unit: "s",
            note: "\(fourDigits(ratio)) × one, \(fourDigits(1 + 0.25 * Double(count))) allowed",
            count == 1 ? [] : [.atMost(1 + 0.25 * Double(count), value: ratio)]))
      }
    }
    return BenchmarkSection(
      title: "affine families P1, n = \(cubes): \(mesh.cellCount) tetrahedra, one sweep "
        + "(values into the pattern, CPU seconds, 1 thread)",
      findings: findings)
  }

  /// Halves, quarters and eighths of the cube.
  private func regionFamily(_ mesh: Mesh, _ count: Int) -> [[BilinearTerm]] {
    var members = [[Int32]](repeating: [], count: count)
    let half = cubes / 2
    for cell in 0..<mesh.cellCount {
      let cube = cell / 6
      let (i, j, k) = (cube % cubes, cube / cubes % cubes, cube / cubes / cubes)
      let part = (i < half ? 0 : 1) + (j < half ? 0 : 2) + (k < half ? 0 : 4)
      members[part % count].append(Int32(cell))
    }
    let block = mesh.topology.blockIndices(ofDimension: 3)[0]
    return members.enumerated().map { q, cells in
      let region = Region(
        name: "part \(q)", dimension: 3, members: [Region.Member(block: block, cells: cells)])
      return [.stiffness(.constant(1), on: region)]
    }
  }

  /// Diagonal tensors.
  private func wholeFamily(_ mesh: Mesh, _ count: Int) -> [[BilinearTerm]] {
    let whole = mesh.topology.everything(ofDimension: 3)
    return (0..<count).map { q in
      [.stiffness(.constant([1, 1 + Double(q), 1 / (1 + Double(q)), 0, 0, 0]), on: whole)]
    }
  }

  /// Coefficients 1 + (q + 1) x² + y z that vary over the whole cube.
  private func polynomialFamily(_ mesh: Mesh, _ count: Int) throws -> [[BilinearTerm]] {
    let scope = ExpressionScope(parameters: [], coordinates: 3, time: false)
    let whole = mesh.topology.everything(ofDimension: 3)
    return try (0..<count).map { q in
      let g = try Expression(parsing: "1 + \(q + 1)*x^2 + y*z", in: scope)
      return [.stiffness(try Coefficient(g), on: whole)]
    }
  }
}
