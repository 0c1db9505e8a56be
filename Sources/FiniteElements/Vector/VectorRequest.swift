internal import Meshes

/// A term as it was asked for, checked against the space.
struct VectorRequest {
  let form: VectorSweepTerm.Form
  let coefficient: Coefficient
  let region: Region
  let degree: Int?
  let output: Int
  let lame: (lambda: Int?, mu: Int?)
  let dilatation: VectorBilinearTerm.Dilatation
  let isAxisymmetric: Bool
  /// The dimensions its region may have, and the numbers of components of its coefficient.
  let dimensions: ClosedRange<Int>
  let componentCounts: [Int]

  /// The parts of a bilinear term: with an averaged dilatation the λ-part has a rule of its own.
  static func requests(
    of term: VectorBilinearTerm, _ output: Int, _ plan: VectorAssemblyPlan
  ) -> [VectorRequest] {
    let (space, d) = (plan.space, plan.scalar.space.mesh.dimension)
    let tensor = d * (d + 1) / 2
    func request(
      _ form: VectorSweepTerm.Form, _ dimensions: ClosedRange<Int>, _ counts: [Int],
      lambda: Int? = nil, mu: Int? = nil,
      _ dilatation: VectorBilinearTerm.Dilatation = .pointwise
    ) -> VectorRequest {
      VectorRequest(
        form: form, coefficient: term.coefficient, region: term.region,
        degree: term.quadratureDegree, output: output, lame: (lambda, mu), dilatation: dilatation,
        isAxisymmetric: space.geometry == .axisymmetric, dimensions: dimensions,
        componentCounts: counts)
    }
    switch term.form {
    case .elasticity where term.coefficient.componentCount != 2:
      let s = space.strainCount
      precondition(
        term.dilatation == .pointwise,
        "an averaged dilatation needs the coefficients λ and μ, not a full stiffness")
      return [request(.anisotropic, d...d, [2, s * (s + 1) / 2])]
    case .elasticity where term.dilatation == .averaged:
      return [
        request(.isotropic, d...d, [2], mu: 1),
        request(.isotropic, d...d, [2], lambda: 0, .averaged),
      ]
    case .elasticity: return [request(.isotropic, d...d, [2], lambda: 0, mu: 1)]
    case .dilatation: return [request(.isotropic, d...d, [1], lambda: 0, term.dilatation)]
    case .shear: return [request(.isotropic, d...d, [1], mu: 0)]
    case .mass: return [request(.mass, d - 1...d, [1])]
    case .foundation: return [request(.foundation, d - 1...d, [1, tensor])]
    case .normalFoundation: return [request(.normalFoundation, d - 1...d - 1, [1])]
    }
  }

  /// A linear term.
  init(_ term: VectorLinearTerm, _ output: Int, _ plan: VectorAssemblyPlan) {
    let (space, d) = (plan.space, plan.scalar.space.mesh.dimension)
    (coefficient, region) = (term.coefficient, term.region)
    (degree, self.output) = (term.quadratureDegree, output)
    (lame, dilatation) = ((nil, nil), .pointwise)
    isAxisymmetric = space.geometry == .axisymmetric
    switch term.form {
    case .force:
      (form, dimensions, componentCounts) = (.force, 0...d, [space.components])
    case .pressure: (form, dimensions, componentCounts) = (.pressure, d - 1...d - 1, [1])
    case .stress: (form, dimensions, componentCounts) = (.stress, d...d, [space.strainCount])
    case .gradient:
      (form, dimensions, componentCounts) = (.gradient, d...d, [space.components * d])
    }
  }

  private init(
    form: VectorSweepTerm.Form, coefficient: Coefficient, region: Region, degree: Int?,
    output: Int, lame: (lambda: Int?, mu: Int?), dilatation: VectorBilinearTerm.Dilatation,
    isAxisymmetric: Bool, dimensions: ClosedRange<Int>, componentCounts: [Int]
  ) {
    (self.form, self.coefficient, self.region) = (form, coefficient, region)
    (self.degree, self.output, self.lame) = (degree, output, lame)
    (self.dilatation, self.isAxisymmetric) = (dilatation, isAxisymmetric)
    (self.dimensions, self.componentCounts) = (dimensions, componentCounts)
  }

  /// What the kernel does on cells of a shape.
  func form(_ shape: CellShape, _ spaceDegree: Int) -> VectorSweepTerm.Form {
    let isMean = dilatation == .averaged && spaceDegree == 1 && !shape.isSimplex
    return isMean ? .meanDilatation : form
  }

  /// The degree of the quadrature.
  ///
  /// On straight simplices products of gradients are integrated exactly, on other cells with the
  /// p + 1 Gauss points per direction of full integration; varying coefficients, curved sides and
  /// the factor r of bodies of revolution get more.
  func quadratureDegree(_ shape: CellShape, _ p: Int, isStraight: Bool) -> Int {
    if let degree { return degree }
    let isExact =
      shape.isSimplex && isStraight && !isAxisymmetric && coefficient.constantComponents != nil
    switch form {
    case .isotropic, .anisotropic, .meanDilatation:
      if dilatation == .averaged, p == 2, !shape.isSimplex { return 2 }
      return isExact ? 2 * (p - 1) : 2 * p
    case .mass, .foundation, .normalFoundation:
      return isExact || !shape.isSimplex && isStraight && !isAxisymmetric ? 2 * p : 2 * p + 1
    case .force: return isExact ? p : 2 * p + 1
    case .pressure: return 2 * p + 1
    case .stress, .gradient: return isExact ? p - 1 : 2 * p
    }
  }

  func check(_ space: FunctionSpace) throws(AssemblyError) {
    guard dimensions.contains(region.dimension) else {
      throw .wrongDimension(
        region: region.name, dimension: region.dimension, allowed: dimensions)
    }
    guard componentCounts.contains(coefficient.componentCount) else {
      throw .wrongComponentCount(
        region: region.name, count: coefficient.componentCount, allowed: componentCounts)
    }
    if let constant = coefficient.constantComponents, !constant.allSatisfy(\.isFinite) {
      throw .notFinite(region: region.name, point: [])
    }
    let loose = space.looseCellCount(on: region)
    if loose > 0 { throw .looseCells(region: region.name, count: loose) }
  }
}
