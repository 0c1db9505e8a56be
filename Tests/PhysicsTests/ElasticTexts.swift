import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport

/// Writes elastic problems in texts, as a case file does.
struct ElasticTexts {
  let parameters: ParameterSpace
  let scope: ExpressionScope

  init(_ axes: ParameterAxis...) throws {
    parameters = try ParameterSpace(axes: axes)
    scope = ExpressionScope(
      parameters: parameters.axes.map { ($0.name, $0.size) }, coordinates: 3, time: false,
      fields: ["u.x", "u.y", "u.z", "T"])
  }

  /// The expression of a text; names such as "stress.xx" stand alone.
  func callAsFunction(_ text: String) throws -> Expression {
    let isName = ["stress.", "strain.", "dx(", "dy(", "dz("].contains { text.hasPrefix($0) }
    if isName { return Expression(.field(text)) }
    return try Expression(parsing: text, in: scope)
  }

  /// An isotropic material.
  func material(
    _ young: String, _ poisson: String, on regions: [String] = ["*"], density: String? = nil,
    expansion: String? = nil
  ) throws -> ElasticityProblem.Material {
    .init(
      regions: regions, law: .isotropic(young: try self(young), poisson: try self(poisson)),
      density: try density.map { try self($0) },
      expansion: try expansion.map { [try self($0)] } ?? [])
  }

  /// Prescribed components; "free" where nothing is prescribed.
  func value(_ texts: String..., on regions: String...) throws -> ElasticityProblem.Boundary {
    .init(regions: regions, value: try texts.map { $0 == "free" ? nil : try self($0) })
  }

  func traction(_ texts: String..., on regions: String...) throws -> ElasticityProblem.Boundary {
    .init(regions: regions, traction: try texts.map { try self($0) })
  }

  func pressure(_ text: String, on regions: String...) throws -> ElasticityProblem.Boundary {
    .init(regions: regions, pressure: try self(text))
  }

  func symmetry(on regions: String...) -> ElasticityProblem.Boundary {
    .init(regions: regions, symmetry: .plane)
  }
}

/// An elastic model solved at one parameter.
struct ElasticSolution {
  let model: ElasticityModel
  let mu: Parameter
  let free: [Double]
  let field: [Double]

  init(_ problem: ElasticityProblem, on mesh: Mesh, _ texts: ElasticTexts, at mu: Parameter? = nil)
    throws
  {
    model = try ElasticityModel(problem, on: mesh, parameters: texts.parameters)
    self.mu = mu ?? texts.parameters.reference
    let matrix = try model.decomposition.systemMatrix(at: self.mu)
    let load = try model.decomposition.load(at: self.mu)
    free = try model.solver.withFactor(at: self.mu) { $0.solveRefined(load, with: matrix) }
    field = try model.field(free, at: self.mu)
  }

  /// The displacement at the node nearest a point.
  func displacement(near point: Point) -> Point {
    let node = nearest(point)
    let c = model.space.components
    var u = Point.zero
    for k in 0..<c { u[k] = field[node * c + k] }
    return u
  }

  func nearest(_ point: Point) -> Int {
    let space = model.space.scalar
    return (0..<space.dofCount).min { a, b in
      let (p, q) = (space.place(ofDof: a) - point, space.place(ofDof: b) - point)
      return (p * p).sum() < (q * q).sum()
    } ?? 0
  }

  /// All outputs by name.
  func outputs() throws -> [String: Double] {
    var values: [String: Double] = [:]
    for (name, value) in try model.decomposition.outputValues(of: free, at: mu) {
      values[name] = value
    }
    for (name, value) in try model.fieldOutputValues(ofField: field, at: mu) {
      values[name] = value
    }
    return values
  }

  /// A stress component at the node nearest a point.
  func stress(_ name: String, near point: Point) -> Double {
    model.stress(of: field, at: mu).tensor(atNode: nearest(point))?.component(name) ?? .nan
  }
}

extension Mesh {
  /// Interior points pushed about, so that no cell is regular.
  func shaken(_ amount: Double, seed: UInt64 = 11) -> Mesh {
    var random = SeededRandom(seed: seed)
    var moved = coordinates
    let box = boundingBox
    for point in 0..<pointCount {
      let place = Array(self.point(point))
      let isInside = (0..<dimension).allSatisfy {
        place[$0] > box.lower[$0] + 1e-9 && place[$0] < box.upper[$0] - 1e-9
      }
      for axis in 0..<dimension {
        let shift = amount * random.uniform()
        if isInside { moved[point * dimension + axis] += shift }
      }
    }
    return self.moved(to: moved)
  }
}
