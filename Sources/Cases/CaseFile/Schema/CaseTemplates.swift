/// The cases that `ritz new` starts from: for each kind of physics the keys given, table by table,
/// one list per occurrence of the table.
enum CaseTemplates {
  typealias Keys = [(key: String, value: String)]
  typealias Template = [String: [Keys]]

  /// The template of a kind of physics.
  static func of(_ kind: String) -> Template {
    let own: Template =
      switch kind {
      case "heat": heat
      case "advection-diffusion": advection
      case "elasticity": elasticity
      case "elastoviscoplasticity": inelastic
      case "helmholtz": helmholtz
      case "matrices": matrices
      default: [:]
      }
    return diffusion.merging(own) { _, own in own }.filter { !$0.value.isEmpty }
      .merging(["physics": physics(kind)]) { _, own in own }
  }

  private static func physics(_ kind: String) -> [Keys] {
    var keys: Keys = [("kind", "\"\(kind)\"")]
    if kind != "matrices" { keys.append(("degree", "1")) }
    if kind == "helmholtz" { keys.append(("wavenumber", "\"k\"")) }
    return [keys]
  }

  private static let diffusion: Template = [
    "case": [
      [
        ("schema", "\(CaseSchema.version)"), ("title", "\"A heated plate\""),
        ("units", "\"m-kg-s-K\""),
      ]
    ],
    "mesh": [[("box", "{ size = [1, 1], cells = [20, 20], shape = \"triangle\" }")]],
    "parameter": [
      [("name", "\"k\""), ("range", "[0.1, 10.0]"), ("scale", "\"log\""), ("unit", "\"W/(m K)\"")]
    ],
    "material": [[("on", "\"*\""), ("conductivity", "\"k\"")]],
    "boundary": [
      [("on", "\"top\""), ("value", "\"20 degC\"")],
      [("on", "\"bottom\""), ("flux", "\"1 kW/m^2\"")],
    ],
    "source": [[("on", "\"*\""), ("value", "0")]],
    "output": [[("name", "\"mean-bottom\""), ("mean", "\"u\""), ("on", "\"bottom\"")]],
    "training": [[("sampling", "\"log-random\""), ("count", "200"), ("seed", "1")]],
    "reduction": [[("method", "\"greedy\""), ("tolerance", "1e-3"), ("size", "20")]],
    "validation": [[("count", "20"), ("seed", "2"), ("sizes", "[1, 2, 4]")]],
    "query": [[("points", "[[1.0]]")]],
    "expect": [[("quantity", "\"reduction.size\""), ("atLeast", "1"), ("atMost", "20")]],
  ]

  // An empty list takes a table out.

  private static let heat: Template = [
    "case": [
      [
        ("schema", "\(CaseSchema.version)"), ("title", "\"A plate that warms up\""),
        ("units", "\"m-kg-s-K\""),
      ]
    ],
    "time": [[("scheme", "\"backward-euler\""), ("end", "3600"), ("step", "120")]],
    "newton": [], "interpolation": [],
    "parameter": [
      [("name", "\"k\""), ("range", "[1, 100]"), ("scale", "\"log\""), ("unit", "\"W/(m K)\"")]
    ],
    "material": [
      [
        ("on", "\"*\""), ("conductivity", "\"k\""), ("density", "7800"), ("specific-heat", "500"),
      ]
    ],
    "initial": [[("value", "\"20 degC\"")]],
    "reduction": [[("method", "\"greedy\""), ("tolerance", "1e-3"), ("size", "20")]],
    "training": [[("sampling", "\"log-random\""), ("count", "30"), ("seed", "1")]],
    "validation": [[("count", "5"), ("seed", "2")]],
    "query": [[("points", "[[10.0]]")]],
  ]

  private static let advection: Template = [
    "case": [
      [
        ("schema", "\(CaseSchema.version)"), ("title", "\"A stream that carries heat\""),
        ("units", "\"m-kg-s-K\""),
      ]
    ],
    "time": [], "initial": [], "interpolation": [],
    "parameter": [[("name", "\"k\""), ("range", "[0.01, 1.0]"), ("scale", "\"log\"")]],
    "material": [[("on", "\"*\""), ("conductivity", "\"k\""), ("velocity", "[0, -1]")]],
    "boundary": [
      [("on", "\"top\""), ("value", "1")], [("on", "\"bottom\""), ("value", "0")],
    ],
    "output": [[("name", "\"mean\""), ("mean", "\"u\"")]],
    "query": [[("points", "[[0.1]]")]],
  ]

  private static let elasticity: Template = [
    "case": [
      [
        ("schema", "\(CaseSchema.version)"), ("title", "\"A plate that is pulled\""),
        ("units", "\"m-kg-s-K\""),
      ]
    ],
    "modes": [], "temperature": [], "interpolation": [],
    "parameter": [
      [("name", "\"E\""), ("range", "[1e9, 1e11]"), ("scale", "\"log\""), ("unit", "\"Pa\"")]
    ],
    "material": [[("on", "\"*\""), ("young", "\"E\""), ("poisson", "0.3")]],
    "boundary": [
      [("on", "\"bottom\""), ("value", "[0, 0]")],
      [("on", "\"top\""), ("traction", "[0, \"1 MPa\"]")],
    ],
    "source": [[("on", "\"*\""), ("value", "[0, \"-77 kN/m^3\"]")]],
    "output": [
      [("name", "\"lift\""), ("mean", "\"u.y\""), ("on", "\"top\"")],
      [("name", "\"hold\""), ("reaction", "\"y\""), ("on", "\"bottom\"")],
    ],
    "query": [[("points", "[[1e10]]")]],
  ]

  private static let inelastic: Template = [
    "case": [
      [
        ("schema", "\(CaseSchema.version)"), ("title", "\"A plate that yields and is let go\""),
        ("units", "\"m-kg-s-K\""),
      ]
    ],
    "time": [[("end", "2"), ("step", "0.1")]],
    "newton": [[("tolerance", "1e-8"), ("cuts", "8")]],
    "temperature": [], "parameter": [], "source": [], "training": [], "reduction": [],
    "validation": [], "query": [],
    "mesh": [[("box", "{ size = [1, 1], cells = [6, 6], shape = \"quadrilateral\" }")]],
    "material": [
      [
        ("on", "\"*\""), ("young", "\"200 GPa\""), ("poisson", "0.3"),
        ("law", "{ kind = \"plastic\", yield = \"250 MPa\", hardening = \"2 GPa\" }"),
      ]
    ],
    "boundary": [
      [("on", "\"bottom\""), ("value", "[0, 0]")],
      [("on", "\"top\""), ("traction", "[0, \"350e6*min(t, 2 - t)\"]")],
    ],
    "output": [
      [("name", "\"lift\""), ("mean", "\"u.y\""), ("on", "\"top\"")],
      [("name", "\"plastic strain\""), ("max", "\"p\"")],
    ],
    "expect": [
      [("quantity", "\"query[0].outputs.'plastic strain'\""), ("atLeast", "1e-4")]
    ],
  ]

  private static let helmholtz: Template = [
    "case": [
      [("schema", "\(CaseSchema.version)"), ("title", "\"Sound in a channel\"")]
    ],
    "parameter": [[("name", "\"k\""), ("range", "[1.0, 6.0]")]],
    "material": [[("on", "\"*\""), ("index", "1")]],
    "boundary": [
      [("on", "\"left\""), ("value", "[1, 0]")], [("on", "\"right\""), ("absorbing", "true")],
    ],
    "source": [[("on", "\"*\""), ("value", "0")]],
    "output": [[("name", "\"far\""), ("mean", "\"u\""), ("on", "\"right\"")]],
    "training": [[("sampling", "\"grid\""), ("count", "50")]],
    "query": [[("points", "[[2.0], [4.0]]")]],
  ]

  private static let matrices: Template = [
    "case": [
      [("schema", "\(CaseSchema.version)"), ("title", "\"Matrices of another code\"")]
    ],
    "mesh": [], "material": [], "boundary": [], "source": [],
    "parameter": [[("name", "\"k\""), ("range", "[0.1, 10.0]"), ("scale", "\"log\"")]],
    "operator": [
      [("file", "\"A0.mtx\"")], [("file", "\"A1.mtx\""), ("coefficient", "\"k\"")],
    ],
    "load": [[("file", "\"f.mtx\"")]],
    "product": [[("file", "\"A0.mtx\"")]],
    "output": [[("name", "\"s\""), ("vector", "\"f.mtx\"")]],
  ]

  /// The files that a template names, for `ritz new` to write beside it: small matrices of a chain of
  /// springs in MatrixMarket's format.
  static func companions(of kind: String) -> [(name: String, text: String)] {
    guard kind == "matrices" else { return [] }
    let head = "%%MatrixMarket matrix coordinate real symmetric\n"
    return [
      ("A0.mtx", head + "3 3 5\n1 1 2\n2 1 -1\n2 2 2\n3 2 -1\n3 3 2\n"),
      ("A1.mtx", head + "3 3 2\n2 2 1\n3 3 1\n"),
      ("f.mtx", "%%MatrixMarket matrix array real general\n3 1\n1\n0\n1\n"),
    ]
  }
}
