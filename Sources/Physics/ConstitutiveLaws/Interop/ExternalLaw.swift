public import Expressions
internal import Synchronization

/// A constitutive law from a shared library with the interface of Abaqus's user subroutine UMAT.
///
/// Components are permuted to Abaqus's order 11, 22, 33, 12, 13, 23; always six are passed (NDI =
/// NSHR = 3). The strains passed are the mechanical ones, without the thermal strain if a
/// thermal expansion is given here, and otherwise total. The state starts from zeros (there is no
/// SDVINI). COORDS are those of the undeformed body, as in Abaqus without NLGEOM; NOEL is the number of
/// the cell, NPT that of the point in it; a run is one step, KSTEP = 1, and KINC counts its increments.
/// What small-strain statics does not know is passed as what it is without rotation: DROT and the
/// deformation gradients the identity, CELENT 1.
///
/// A UMAT that asks for a shorter step (PNEWDT < 1) makes `advance` throw with that remedy. What the
/// library does to the process, no language can mend: a STOP or a write outside its arrays ends it.
///
/// - Source: the argument list of Abaqus's documentation, “UMAT: user subroutine to define a
///   material's mechanical behavior”.
public struct ExternalLaw: ConstitutiveLaw {
  /// Whether several threads may be inside the library at once.
  public enum Calls: String, Sendable, Hashable {
    /// One at a time in the whole process: variables with SAVE, COMMON blocks and output from
    /// Fortran are safe.
    case serial
    /// At once; only for libraries known to keep nothing between calls.
    case concurrent
  }

  /// Where the library is.
  public let path: String
  /// PROPS.
  public let properties: [Double]
  /// CMNAME, at most 80 characters.
  public let name: String
  /// How it is called.
  public let calls: Calls
  /// Of what is called DDSDDE.
  public let tangentSymmetry: TangentSymmetry
  /// The state, one scalar per number.
  public let variables: [InternalVariable]
  /// α, subtracted before the call if it is not zero.
  public let expansion: Expression
  /// T_ref of the expansion.
  public let referenceTemperature: Double

  let coefficients: CoefficientTable
  let function: UserMaterialFunction
  private static let turn = Mutex(())

  /// Loads a library.
  ///
  /// - Parameters:
  ///   - path: Of the library, with a slash.
  ///   - properties: PROPS.
  ///   - states: NSTATV; result files show them as state_1, state_2, …
  ///   - name: CMNAME.
  ///   - expansion: α, subtracted from the strain before the call; may depend on T.
  ///   - referenceTemperature: T_ref.
  ///   - tangentSymmetry: Whether the library promises a symmetric DDSDDE.
  ///   - calls: Whether the library may be called from several threads at once.
  ///   - subject: What errors speak of.
  /// - Throws: Where the library or the function is not found, or a number is out of range.
  public init(
    path: String, properties: [Double] = [], states: Int = 0, name: String = "MATERIAL",
    expansion: Expression = Expression(0), referenceTemperature: Double = 0,
    tangentSymmetry: TangentSymmetry = .general, calls: Calls = .serial,
    subject: PhysicsError.Subject = .problem
  ) throws(PhysicsError) {
    guard 0...100_000 ~= states else {
      throw PhysicsError(subject, "an external law of \(states) states; there are 0 to 100000")
    }
    guard properties.allSatisfy(\.isFinite), referenceTemperature.isFinite else {
      throw PhysicsError(subject, "a property of the external law is not finite: \(properties)")
    }
    guard name.utf8.count <= 80, name.utf8.allSatisfy({ 32..<127 ~= $0 }) else {
      throw PhysicsError(
        subject, "the name '\(name)' has more than 80 characters or some outside ASCII")
    }
    coefficients = try CoefficientTable(
      [.init("thermal expansion", expansion, .finite)], subject)
    function = try UserMaterialFunction(path: path, subject)
    (self.path, self.properties, self.name) = (path, properties, name)
    (self.calls, self.tangentSymmetry) = (calls, tangentSymmetry)
    (self.expansion, self.referenceTemperature) = (expansion, referenceTemperature)
    variables = (0..<states).map { InternalVariable(name: "state_\($0 + 1)", kind: .scalar) }
  }

  /// A user material may do with a place what it likes.
  public var readsSites: Bool { true }

  /// One call per point, in the order of the batch.
  public func advance(
    _ points: inout MaterialPoints, over step: TimeIncrement
  ) throws(ConstitutiveError) {
    precondition(
      points.stateCount == variables.count,
      "points with \(points.stateCount) numbers of state for a law with \(variables.count)")
    var rises = [thermalStrains(points.startTemperature, points.count)]
    rises.append(thermalStrains(points.temperature, points.count))
    let sites = points.sites
    try points.withAccess { access in
      switch calls {
      case .concurrent: call(access, sites, rises, step)
      case .serial: ExternalLaw.turn.withLock { _ in call(access, sites, rises, step) }
      }
    }
  }

  /// α (T − T_ref) of every point; empty where nothing expands.
  private func thermalStrains(_ temperatures: [Double], _ count: Int) -> [Double] {
    let column = coefficients.columns(at: temperatures, count: count).first
    if column == nil, coefficients.constants[0] == 0 { return [] }
    return (0..<count).map { i in
      (column?[i] ?? coefficients.constants[0]) * (temperatures[i] - referenceTemperature)
    }
  }
}

extension ExternalLaw: DescribedLaw {
  /// The law that was described; its library is loaded.
  public init(
    _ description: LawDescription, subject: PhysicsError.Subject = .problem
  ) throws(PhysicsError) {
    let read = DescriptionReader(description: description, subject: subject)
    let states = try read.number("states")
    guard let count = Int(exactly: states) else {
      throw read.error("has \(states) for 'states', which must be a whole number")
    }
    guard let calls = Calls(rawValue: try read.word("calls")) else {
      throw read.error("has '\(try read.word("calls"))' for 'calls': serial or concurrent")
    }
    try self.init(
      path: try read.word("path"),
      properties: try read.expressions("properties").map { $0.constantValue ?? .nan },
      states: count, name: try read.word("name"), expansion: try read.expression("expansion"),
      referenceTemperature: try read.number("referenceTemperature"),
      tangentSymmetry: try read.word("tangent") == "symmetric" ? .symmetric : .general,
      calls: calls, subject: subject)
  }

  /// What describes it: the library by its path.
  public var description: LawDescription {
    LawDescription(
      kind: "external",
      entries: [
        "path": [path], "name": [name], "calls": [calls.rawValue],
        "states": texts(Double(variables.count)),
        "properties": properties.flatMap { texts($0) }, "expansion": texts([expansion]),
        "referenceTemperature": texts(referenceTemperature),
        "tangent": [tangentSymmetry == .symmetric ? "symmetric" : "general"],
      ])
  }
}
