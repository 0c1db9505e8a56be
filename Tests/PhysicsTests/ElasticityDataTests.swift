import Expressions
import FiniteElements
import Meshes
import ModelReduction
import Physics
import Testing

@Suite struct `The data of an elastic problem` {
  private let square = Box(size: [2, 1], cells: [3, 2], shape: .quadrilateral).mesh()
  private let cube = Box(size: [1, 1, 1], cells: [2, 2, 2], shape: .hexahedron).mesh()

  private func message(
    _ mesh: Mesh, _ problem: ElasticityProblem, _ t: ElasticTexts
  ) -> String {
    do throws(PhysicsError) {
      _ = try ElasticityModel(problem, on: mesh, parameters: t.parameters)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func `a body without supports is refused with its rigid motions`() throws {
    let t = try ElasticTexts()
    let steel = try t.material("200", "0.3")
    var problem = ElasticityProblem(materials: [steel])
    #expect(
      message(cube, problem, t).hasPrefix(
        "singular: 6 rigid-body modes on region '*' (translations x y z, rotations x y z)"))
    #expect(
      message(square, problem, t).hasPrefix(
        "singular: 3 rigid-body modes on region '*' (translations x y, rotation z)"))
    problem.boundaries = [try t.value("0", "free", "free", on: "left")]
    #expect(
      message(cube, problem, t).contains(
        "3 rigid-body modes on region '*' (translations y z, rotation x)"))
    problem.boundaries = [t.symmetry(on: "left"), t.symmetry(on: "front")]
    #expect(
      message(cube, problem, t).contains("1 rigid-body mode on region '*' (translation z)"))
    problem.boundaries.append(
      .init(regions: ["bottom"], foundation: .normal(try t("5"))))
    #expect(message(cube, problem, t) == "accepted")
    problem.boundaries = [
      .init(regions: ["bottom"], foundation: .stiffness([try t("0"), try t("3")]))
    ]
    #expect(message(square, problem, t).contains("(translation x)"))
    let revolved = ElasticityProblem(assumption: .axisymmetric, materials: [steel])
    #expect(message(square, revolved, t).contains("translation along the axis"))
  }

  @Test func `a piece that hangs on nothing is found among others that are held`() throws {
    let t = try ElasticTexts()
    // Two squares that share no point.
    let block = CellBlock(
      shape: .quadrilateral, order: 1, connectivity: [0, 1, 2, 3, 4, 5, 6, 7])
    let mesh = Mesh(
      dimension: 2, coordinates: [0, 0, 1, 0, 1, 1, 0, 1, 3, 0, 4, 0, 4, 1, 3, 1],
      blocks: [block, CellBlock(shape: .line, order: 1, connectivity: [3, 0])],
      regions: [
        Region(name: "one", dimension: 2, members: [.init(block: 0, cells: [0])]),
        Region(name: "two", dimension: 2, members: [.init(block: 0, cells: [1])]),
        Region(name: "left", dimension: 1, members: [.init(block: 1, cells: [0])]),
      ])
    let problem = ElasticityProblem(
      materials: [
        try t.material("200", "0.3", on: ["one"]), try t.material("100", "0.3", on: ["two"]),
      ], boundaries: [try t.value("0", "0", on: "left")])
    #expect(
      message(mesh, problem, t).hasPrefix(
        "singular: 3 rigid-body modes on region 'two', the piece around (3.0, 0.0)"))
  }

  @Test func `ratios and stiffnesses without meaning are refused with a cure`() throws {
    let t = try ElasticTexts(ParameterAxis(name: "n", range: 0.3...0.5))
    let held = [try t.value("0", "0", on: "left")]
    func law(_ law: ElasticLaw) -> ElasticityProblem {
      ElasticityProblem(materials: [.init(regions: ["*"], law: law)], boundaries: held)
    }
    let half = ElasticityProblem(materials: [try t.material("200", "0.5")], boundaries: held)
    #expect(message(square, half, t).contains("poisson is 0.5: incompressible"))
    let range = ElasticityProblem(materials: [try t.material("200", "n")], boundaries: held)
    #expect(message(square, range, t).contains("poisson is 0.5"))
    let beyond = ElasticityProblem(materials: [try t.material("200", "0.7")], boundaries: held)
    #expect(message(square, beyond, t).contains("poisson is 0.7; it must lie between -1 and 0.5"))
    let soft = ElasticityProblem(materials: [try t.material("-1", "0.3")], boundaries: held)
    #expect(message(square, soft, t).contains("young is -1.0; it must be positive"))
    let skew = law(
      ElasticLaw(
        .stiffness([
          [try t("3"), try t("1"), try t("0")], [try t("2"), try t("3"), try t("0")],
          [try t("0"), try t("0"), try t("1")],
        ])))
    #expect(message(square, skew, t).contains("not symmetric: entry (1, 2) is 1"))
    let indefinite = law(
      ElasticLaw(
        .stiffness([
          [try t("1"), try t("2"), try t("0")], [try t("2"), try t("1"), try t("0")],
          [try t("0"), try t("0"), try t("1")],
        ])))
    #expect(message(square, indefinite, t).contains("not positive definite"))
    let small = law(ElasticLaw(.stiffness([[try t("1")]])))
    #expect(message(square, small, t).contains("a stiffness of 1 rows; here it has 3"))
    let tilted = law(
      ElasticLaw(
        .isotropic(young: try t("1"), poisson: try t("0.3")), axes: nil))
    #expect(message(square, tilted, t) == "accepted")
    let orthotropic = ElasticLaw.Form.orthotropic(
      young: [try t("10"), try t("1"), try t("1")],
      poisson: [try t("0.3"), try t("0.3"), try t("0.3")],
      shear: [try t("1"), try t("1"), try t("1")])
    #expect(
      message(
        square, law(ElasticLaw(orthotropic, axes: [[1, 0, 0], [0, 0.8, 0.6], [0, -0.6, 0.8]])), t
      )
      .contains("tilt the material out of the plane"))
    #expect(
      message(square, law(ElasticLaw(orthotropic, axes: [[1, 0], [1, 1]])), t)
        .contains("not perpendicular"))
  }

  @Test func `locking, counts, regions and contradictions are checked`() throws {
    let t = try ElasticTexts()
    let steel = try t.material("200", "0.3")
    let held = try t.value("0", "0", on: "left")
    let triangles = Box(size: [1, 1], cells: [2, 2], shape: .triangle).mesh()
    let averaged = ElasticityProblem(
      locking: .averagedDilatation, materials: [steel], boundaries: [held])
    #expect(message(triangles, averaged, t).contains("cannot help linear triangles"))
    #expect(message(square, averaged, t) == "accepted")
    let short = ElasticityProblem(
      materials: [steel], boundaries: [held, try t.traction("1", on: "right")])
    #expect(message(square, short, t).contains("traction has 1 components; the displacement has 2"))
    let absent = ElasticityProblem(
      materials: [steel], boundaries: [held, try t.pressure("1", on: "rigth")])
    #expect(message(square, absent, t).contains("no region 'rigth'"))
    let torn = ElasticityProblem(
      materials: [steel], boundaries: [t.symmetry(on: "left"), try t.value("1", "0", on: "left")])
    #expect(message(square, torn, t).contains("ask for different displacements at (0.0, "))
    let inside = ElasticityProblem(
      assumption: .axisymmetric, materials: [steel],
      boundaries: [try t.value("free", "0", on: "bottom")])
    let shifted = Box(size: [2, 1], cells: [2, 2], origin: [-1, 0], shape: .quadrilateral).mesh()
    #expect(message(shifted, inside, t).contains("the mesh reaches to x = -1.0"))
  }

  @Test
  func `two values of one component on the same facets are refused, at corners the later holds`()
    throws
  {
    let t = try ElasticTexts(ParameterAxis(name: "a", range: 1...2))
    let steel = try t.material("200", "0.3")
    func refusal(_ boundaries: ElasticityProblem.Boundary...) -> PhysicsError? {
      do throws(PhysicsError) {
        _ = try ElasticityModel(
          ElasticityProblem(materials: [steel], boundaries: boundaries), on: square,
          parameters: t.parameters)
        return nil
      } catch { return error }
    }
    let clash = try #require(
      refusal(
        try t.value("0", "a", on: "left"), try t.value("0", "2*a", on: "bottom", "left")))
    #expect(clash.subject == .boundary(1))
    #expect(
      clash.message
        == "'bottom, left' and 'left' share 2 facets but ask for different values of u.y there, "
        + "'2 * a' and 'a'; keep one of the two")
    // The same value twice, and different components of the same facets, are no contradiction.
    #expect(
      refusal(try t.value("0", "a + a", on: "left"), try t.value("0", "2*a", on: "left")) == nil)
    #expect(
      refusal(try t.value("1", "free", on: "left"), try t.value("free", "0", on: "left")) == nil)
    // Two sides share only a corner, whose two components go to the later condition.
    let corner = try ElasticityModel(
      ElasticityProblem(
        materials: [steel],
        boundaries: [try t.value("0", "0", on: "left"), try t.value("1", "a", on: "top")]),
      on: square, parameters: t.parameters)
    #expect(corner.notes.contains { $0.hasPrefix("2 components of the displacement have two") })
  }

  @Test func `names without meaning and thicknesses without measure are refused`() throws {
    let t = try ElasticTexts()
    func problem(_ kind: ElasticityOutput.Kind, _ thickness: String = "1") throws
      -> ElasticityProblem
    {
      ElasticityProblem(
        thickness: try t(thickness), materials: [try t.material("200", "0.3")],
        boundaries: [try t.value("0", "0", on: "left")],
        outputs: [.init(name: "o", kind: kind)])
    }
    let unknown = Expression(.field("stress.tresca"))
    #expect(
      message(square, try problem(.mean(unknown)), t).contains("'stress.tresca' is not known"))
    let slope = ElasticityOutput.Kind.value(Expression(.field("dx(u.x)")), at: [1, 0.5])
    #expect(message(square, try problem(slope), t).contains("not known at nodes"))
    let far = ElasticityOutput.Kind.value(Expression(.field("u.x")), at: [7, 0.5])
    #expect(message(square, try problem(far), t).contains("outside"))
    #expect(
      message(square, try problem(.normL2, "0"), t).contains("the thickness is 0.0"))
    #expect(
      message(square, try problem(.reaction(axis: 2)), t).contains("no reaction along axis 2"))
  }

  @Test func `a vibration needs densities`() throws {
    let t = try ElasticTexts()
    #expect(throws: PhysicsError.self) {
      try VibrationModel(ElasticityProblem(materials: [try t.material("200", "0.3")]), on: square)
    }
  }
}
