public import Plots

/// Everything a report tells, as plain numbers and text; the report draws and words it.
///
/// Only `title` and `caseName` are needed: a section whose data are absent is left out.
public struct ReportContent: Sendable {
  /// Title of the study.
  public var title: String
  /// File name of the case.
  public var caseName: String
  /// What was asked, row by row: physics, degree, method, tolerance, training, ….
  public var facts: [Fact] = []
  /// Unknowns of the full model; 0 if not known.
  public var unknownCount = 0
  /// The regions of the mesh.
  public var regions: [Region] = []
  /// The parameters, in the order of the case.
  public var parameters: [Parameter] = []
  /// Materials, boundary conditions, sources and outputs, in words.
  public var conditions: [Condition] = []
  /// Notes and warnings of the run.
  public var notes: [Note] = []
  /// Pictures of the mesh.
  public var meshPictures: [Picture] = []
  /// The history of the weak greedy algorithm.
  public var greedy: Greedy?
  /// The singular values of a proper orthogonal decomposition.
  public var spectrum: Spectrum?
  /// The comparison with the full model at unseen parameters.
  public var validation: Validation?
  /// Solutions at chosen parameters.
  public var solutions: [Picture] = []
  /// Basis vectors.
  public var modes: [Picture] = []
  /// Answers at the points of the case.
  public var queries: [Query] = []
  /// What outputs do in time or over a parameter.
  public var curves: [Curves] = []
  /// Steps of queries that the full model computed.
  public var enrichments: [Enrichment] = []
  /// Natural frequencies.
  public var frequencies: [Frequencies] = []
  /// How far the outputs are off at unseen parameters, beside their bounds.
  public var outputErrors: [OutputError] = []
  /// What it cost.
  public var ledger: Ledger?
  /// How linear systems were solved; nil where every matrix was factorized.
  public var systems: Systems?
  /// The pinned numbers of the case.
  public var expectations: [Expectation] = []
  /// Versions, hashes, threads, kernels: what a second run needs to be the same.
  public var reproducibility: [Fact] = []

  /// A report that has no content yet.
  public init(title: String, caseName: String) {
    self.title = title
    self.caseName = caseName
  }
}

extension ReportContent {
  /// A name and what belongs to it.
  public struct Fact: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value, in words or digits.
    public var value: String

    /// A name with its value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A region of the mesh.
  public struct Region: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// 0 … 3.
    public var dimension: Int
    /// Number of its cells.
    public var cellCount: Int
    /// Length, area or volume.
    public var measure: Double
    /// Unit of the measure; may be empty.
    public var unit: String

    /// A region with its measure.
    public init(
      name: String, dimension: Int, cellCount: Int, measure: Double, unit: String = ""
    ) {
      self.name = name
      self.dimension = dimension
      self.cellCount = cellCount
      self.measure = measure
      self.unit = unit
    }
  }

  /// A parameter, scalar or vector.
  public struct Parameter: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Number of components; `nil` for a scalar.
    public var size: Int?
    /// Range of every component.
    public var range: ClosedRange<Double>
    /// How sampling spreads over the range.
    public var scale: Axis.Scale
    /// Whether it is a standard normal number, cut off at the ends of the range.
    public var isNormal: Bool
    /// The reference value.
    public var reference: Double
    /// Unit; may be empty.
    public var unit: String

    /// A parameter with its range.
    public init(
      name: String, size: Int? = nil, range: ClosedRange<Double>, scale: Axis.Scale,
      isNormal: Bool = false, reference: Double, unit: String = ""
    ) {
      self.name = name
      self.size = size
      self.range = range
      self.scale = scale
      self.isNormal = isNormal
      self.reference = reference
      self.unit = unit
    }

    /// "k[0]", "k[1]", … or the name alone.
    var componentNames: [String] {
      size.map { n in (0..<n).map { "\(name)[\($0)]" } } ?? [name]
    }
  }

  /// A material, boundary condition, source or output, in words.
  public struct Condition: Sendable, Hashable {
    /// "material", "boundary", "source", "output".
    public var kind: String
    /// Where it holds.
    public var on: String
    /// What holds.
    public var text: String

    /// A condition in words.
    public init(kind: String, on: String, text: String) {
      self.kind = kind
      self.on = on
      self.text = text
    }
  }

  /// Something the reader must know.
  public struct Note: Sendable, Hashable {
    /// Whether it casts doubt on the results.
    public var isWarning: Bool
    /// The sentence.
    public var text: String

    /// A note.
    public init(_ text: String, isWarning: Bool = false) {
      self.text = text
      self.isWarning = isWarning
    }
  }

  /// A finished picture.
  public struct Picture: Sendable, Hashable {
    /// The text of an SVG element; it is placed in the page as it is.
    public var svg: String
    /// What to see on it, plain text.
    public var caption: String

    /// A picture with its caption.
    public init(svg: String, caption: String) {
      self.svg = svg
      self.caption = caption
    }
  }

  /// A number the case pins.
  public struct Expectation: Sendable, Hashable {
    /// Path of the quantity in results.json.
    public var quantity: String
    /// The pinned value and its tolerance, in words: "1.0 ± 1e-6 relative".
    public var expected: String
    /// The value found; `nil` if there is none.
    public var found: Double?
    /// Whether it lies within the tolerance.
    public var isMet: Bool
    /// Where the pinned value comes from.
    public var source: String

    /// A pinned number and what was found.
    public init(
      quantity: String, expected: String, found: Double?, isMet: Bool, source: String = ""
    ) {
      self.quantity = quantity
      self.expected = expected
      self.found = found
      self.isMet = isMet
      self.source = source
    }
  }
}
