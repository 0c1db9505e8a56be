import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Quasi-static equilibrium of inelastic bodies` {
  /// Linear isotropic elasticity, by hand.
  private struct HookeLaw: ConstitutiveLaw {
    let lambda = 1.5
    let mu = 0.7
    var variables: [InternalVariable] { [] }
    var tangentSymmetry: TangentSymmetry { .symmetric }

    func advance(
      _ points: inout MaterialPoints, over step: TimeIncrement
    ) throws(ConstitutiveError) {
      for p in 0..<points.count {
        let e = (0..<6).map { points.strain[6 * p + $0] }
        for i in 0..<6 {
          points.stress[6 * p + i] =
            i < 3 ? lambda * (e[0] + e[1] + e[2]) + 2 * mu * e[i] : mu * e[i]
          for j in 0..<6 {
            points.tangent[36 * p + 6 * i + j] =
              (i < 3 && j < 3 ? lambda : 0) + (i == j ? (i < 3 ? 2 * mu : mu) : 0)
          }
        }
      }
    }
  }

  @Test func `elastic material gives the solution of linear elasticity in one iteration`() throws {
    for row in ShapedCase.all where row.degree == 1 || row.nodes == .complete {
      let mesh = row.mesh(2, distortion: 0.1, map: ShapedCase.bend)
      let d = row.dimension
      let scope = ExpressionScope(coordinates: d)
      let stretch = try (0..<d).map {
        try Expression(parsing: "0.1*x*y + \($0 + 1)*0.01*x", in: scope)
      }
      let force = try (0..<d).map { try Expression(parsing: "\($0 + 1)*cos(x)", in: scope) }
      let boundaries = [
        ElasticityProblem.Boundary(regions: ["left"], value: stretch),
        ElasticityProblem.Boundary(regions: ["right"], pressure: Expression(0.3)),
      ]
      let sources = [ElasticityProblem.Source(regions: ["*"], value: force)]
      let young = 0.7 * (3 * 1.5 + 2 * 0.7) / (1.5 + 0.7)
      let linear = try ElasticityModel(
        ElasticityProblem(
          degree: row.degree,
          materials: [
            ElasticityProblem.Material(
              regions: ["*"],
              law: .isotropic(young: Expression(young), poisson: Expression(1.5 / (2 * 2.2))))
          ], boundaries: boundaries, sources: sources), on: mesh, parameters: .point)
      let exact = try linear.field(linear.solve(at: Parameter([])), at: Parameter([]))
      let model = try QuasiStaticModel(
        ElastoviscoplasticProblem(
          degree: row.degree,
          quadratureDegree: 2 * row.degree,
          materials: [.init(regions: ["*"], law: HookeLaw())], boundaries: boundaries,
          sources: sources), on: mesh, over: try TimeGrid(end: 1, step: 1))
      var last: QuasiStaticModel.Frame?
      try model.trajectory(at: Parameter([])) { last = $0 }
      let frame = try #require(last)
      #expect(frame.iterations == 1, "\(row): \(frame.reports)")
      let size = exact.reduce(0) { max($0, abs($1)) }
      let gap = zip(exact, frame.displacement).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(gap < 1e-10 * size, "\(row): \(gap / size)")
      // The supports carry the loads.
      let domain = try #require(mesh.region(named: "*"))
      let right = try #require(mesh.region(named: "right"))
      let loads = try model.points.plan.assemble([
        .force(try Coefficient(force), on: domain), .pressure(.constant(0.3), on: right),
      ])
      for k in 0..<d {
        let total = stride(from: k, to: loads.count, by: d).reduce(0.0) { $0 + loads[$1] }
        let carried = stride(from: k, to: loads.count, by: d).reduce(0.0) {
          $0 + frame.reaction[$1]
        }
        #expect(abs(total + carried) < 1e-9, "\(row): \(total), \(carried)")
      }
    }
  }
}
