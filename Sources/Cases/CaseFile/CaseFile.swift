internal import ModelReduction

/// A whole study as the user asked for it: every number converted, every default filled in,
/// every expression and region name still carrying its place.
public struct CaseFile: Sendable {
  /// The path of the file, as given.
  public let path: String
  /// The title; the file's name where there is none.
  public let title: String
  /// The consistent system of units, where one is named.
  public let units: UnitSystem?
  /// Where the mesh comes from; nil for a kind of physics that has none.
  public let mesh: MeshSource?
  /// Which equation, and the degree of its elements.
  public let physics: Physics
  /// What may vary.
  public let parameters: [Parameter]
  /// Laws in the volume.
  public var materials: [Entry] { entries("material") }
  /// Conditions on the boundary.
  public var boundaries: [Entry] { entries("boundary") }
  /// Sources in the volume.
  public var sources: [Entry] { entries("source") }
  /// The tables of the problem by name, each as often as it is given.
  let problem: [String: [Entry]]
  /// Quantities of interest.
  public let outputs: [Output]
  /// The points the reduced model learns from.
  public let training: Training?
  /// How to reduce; nil asks for a plain finite element run.
  public let reduction: Reduction?
  /// How to judge the reduced model.
  public let validation: Validation?
  /// The points to answer; nil where the case has none.
  public let query: [[Double]]?
  /// The numbers `ritz test` pins.
  public let expectations: [Expectation]
  /// Things worth a word that do not forbid the run.
  public let warnings: [Diagnostic]
  /// The merged tree behind all this, for the resolved case.
  let tree: TOMLTable
  /// The texts, for excerpts.
  public let lines: SourceLines

  /// The names and sizes of the parameters, in the order of the flat vector.
  public var layout: ParameterLayout {
    ParameterLayout(parameters.map { (name: $0.name, size: $0.size) })
  }

  /// A diagnostic with the excerpt of the case's own text, for checks made by others.
  public func diagnostic(
    _ severity: Diagnostic.Severity = .error, at location: SourceLocation, _ message: String
  ) -> Diagnostic {
    Diagnostic(severity, at: location, message, excerpt: lines.excerpt(at: location))
  }

  /// The entries of a table that may be given several times.
  public func entries(_ table: String) -> [Entry] { problem[table] ?? [] }

  /// The entry of a table that may be given once.
  public func entry(_ table: String) -> Entry? { problem[table]?.first }
}

extension CaseFile {
  /// A number or an expression.
  public enum Coefficient: Sendable, Hashable {
    /// A number in the consistent system.
    case number(Double, at: SourceLocation)
    /// An expression in x, y, z, t and the parameters, not yet parsed.
    case expression(SourceText)

    /// The expression, if it is one.
    public var expression: SourceText? {
      if case .expression(let text) = self { text } else { nil }
    }
    /// The number, if it is one.
    public var number: Double? {
      if case .number(let x, _) = self { x } else { nil }
    }
    /// Where it stands.
    public var location: SourceLocation {
      switch self {
      case .number(_, let location): location
      case .expression(let text): text.location
      }
    }
    /// The number with all its digits, or the text: something an expression parser can read.
    public var text: String {
      switch self {
      case .number(let x, _): seventeenDigits(x)
      case .expression(let text): text.text
      }
    }
  }

  /// Names of regions, each with its place.
  public struct Regions: Sendable, Hashable {
    /// The names; `*` stands for everything.
    public let names: [SourceText]
    /// Where the selection stands.
    public let location: SourceLocation
    /// Whether everything is meant.
    public var isEverything: Bool { names.contains { $0.text == "*" } }
  }

  /// Where the mesh comes from, and into how many parts it is cut.
  public struct MeshSource: Sendable, Hashable {
    /// A file or a box.
    public enum Origin: Sendable, Hashable {
      /// A file, its path as seen from where Ritz was called.
      case file(String, at: SourceLocation)
      /// A generated box.
      case box(Box)
    }
    /// A file or a box.
    public let origin: Origin
    /// The number of subdomains; 1 for none.
    public let partitions: Int
    /// Whether each of several ranks holds a piece of the mesh only.
    public let isInPieces: Bool
  }

  /// A box to be meshed.
  public struct Box: Sendable, Hashable {
    /// The lengths of its edges, 2 or 3.
    public let size: [Double]
    /// How many cells along each edge.
    public let cells: [Int]
    /// The corner with the smallest coordinates.
    public let origin: [Double]
    /// `triangle`, `quadrilateral`, `tetrahedron`, `hexahedron` or `wedge`.
    public let shape: String
    /// Where it stands.
    public let location: SourceLocation
  }

  /// Which equation, and the degree of its elements.
  public struct Physics: Sendable, Hashable {
    /// One of `CaseSchema.kinds`.
    public let kind: String
    /// 1 or 2.
    public let degree: Int
    /// What else the table says.
    public let settings: Entry
    /// Where the table stands.
    public let location: SourceLocation
  }

  /// A parameter: a scalar, or a vector of `size` components.
  public struct Parameter: Sendable, Hashable {
    /// How sampling spreads.
    public enum Scale: String, Sendable, CaseIterable {
      /// Evenly in the number.
      case linear
      /// Evenly in its logarithm.
      case log
      /// As a standard normal number that is cut off at the ends of the range.
      case normal

      /// The same for the space of parameters.
      var axisScale: AxisScale {
        switch self {
        case .linear: .linear
        case .log: .log
        case .normal: .normal
        }
      }
    }
    /// The name.
    public let name: String
    /// The number of components; nil for a scalar.
    public let size: Int?
    /// The range of each component.
    public let ranges: [ClosedRange<Double>]
    /// How sampling spreads.
    public let scale: Scale
    /// The reference value of each component.
    public let reference: [Double]
    /// The name of its unit, for reports.
    public let unit: String?
    /// Where its name stands.
    public let location: SourceLocation
  }
}
