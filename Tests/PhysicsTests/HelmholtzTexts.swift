import ComplexModule
import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport

/// Writes Helmholtz problems in texts, as a case file does.
struct HelmholtzTexts {
  let texts: DiffusionTexts

  init(dimension: Int = 2, _ axes: ParameterAxis...) throws {
    texts = try DiffusionTexts(dimension: dimension)
    self.axes = axes
    space = try ParameterSpace(axes: axes)
  }

  private let axes: [ParameterAxis]
  let space: ParameterSpace

  func real(_ text: String) throws -> Expression {
    try Expression(
      parsing: text,
      in: ExpressionScope(
        parameters: axes.map { ($0.name, $0.size) }, coordinates: texts.dimension, time: false,
        fields: ["u"]))
  }

  func callAsFunction(_ real: String, _ imaginary: String = "0") throws -> ComplexExpression {
    ComplexExpression(try self.real(real), try self.real(imaginary))
  }

  func model(_ problem: HelmholtzProblem, on mesh: Mesh) throws -> HelmholtzModel {
    try HelmholtzModel(problem, on: mesh, parameters: space)
  }
}

extension HelmholtzModel {
  /// Real and imaginary part of the solution at μ.
  func solution(at mu: Parameter) throws -> (real: Field, imaginary: Field) {
    let values = try field(try solve(at: mu), at: mu)
    return (Field(space, values.map(\.real)), Field(space, values.map(\.imaginary)))
  }

  /// ‖u − w‖ and ‖∇u − ∇w‖ for w given at the parameter.
  func errors(
    against w: ComplexExpression, at mu: Parameter
  ) throws -> ErrorNorms {
    let parts = try solution(at: mu)
    let real = try parts.real.errors(against: w.real.at(mu))
    let imaginary = try parts.imaginary.errors(against: w.imaginary.at(mu))
    return ErrorNorms(
      l2: Double.hypot(real.l2, imaginary.l2), h1: Double.hypot(real.h1, imaginary.h1))
  }
}

extension FunctionSpace {
  /// The values of a function without parameters at all degrees of freedom.
  func interpolated(_ w: ComplexExpression) throws -> [Complex<Double>] {
    let domain = mesh.topology.everything(ofDimension: mesh.dimension)
    func part(_ e: Expression) throws -> [Double] {
      try EssentialDofs(self, [DirichletCondition(try Coefficient(e), on: domain)]).values
    }
    return zip(try part(w.real), try part(w.imaginary)).map { Complex($0, $1) }
  }
}
