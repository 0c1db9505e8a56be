public import LinearAlgebra
public import ModelReduction

/// Where a matrix that depends on parameters is to be had: from a list of files, or from a program.
public protocol MatrixSource: Sendable {
  /// How messages call it.
  var name: String { get }
  /// The parameters where it is known; nil where it can be asked for any.
  var parameters: [Parameter]? { get }
  /// The matrix at one of its parameters.
  ///
  /// - Throws: Why it is not to be had.
  func matrix(at mu: Parameter) throws(MatrixSourceError) -> MatrixFile
}

/// Why a source gives no matrix.
public struct MatrixSourceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, with a cure.
  public let description: String
  /// Whether a file or a program is missing.
  public let isMissingFile: Bool

  /// An error in words.
  public init(_ description: String, isMissingFile: Bool = false) {
    (self.description, self.isMissingFile) = (description, isMissingFile)
  }
}

/// Matrices in memory, each with its parameter.
public struct MatrixSamples: MatrixSource {
  /// How messages call the list.
  public let name: String
  /// The parameters and their matrices.
  public let samples: [(mu: Parameter, matrix: MatrixFile)]

  /// A list.
  public init(name: String, _ samples: [(mu: Parameter, matrix: MatrixFile)]) {
    (self.name, self.samples) = (name, samples)
  }

  /// Those of the list.
  public var parameters: [Parameter]? { samples.map(\.mu) }

  /// The matrix of the list.
  public func matrix(at mu: Parameter) throws(MatrixSourceError) -> MatrixFile {
    guard let sample = samples.first(where: { $0.mu == mu }) else {
      throw MatrixSourceError("'\(name)' has no sample at \(mu)")
    }
    return sample.matrix
  }
}

/// A matrix or a vector that depends on the parameters in a way of its own, of which samples are to be
/// had: A(μ) ≈ Σ β_m(μ) A(μ_m).
public struct MatrixFamily: Sendable {
  /// Where samples come from.
  public var source: any MatrixSource
  /// The functions of the parameters, and of x, y, z in `ranges`, through which alone the parameters enter
  /// the entries: integrals of them, or multiples. nil where they are not known: then samples tell.
  public var functions: [ComplexExpression]?
  /// How the case writes them.
  public var text: String
  /// The ranges of x, y, z in the functions.
  public var ranges: [ClosedRange<Double>]
  /// Without functions, and where the source can be asked for any parameter: how many samples to learn
  /// from.
  public var learningCount: Int

  /// A family.
  public init(
    _ source: any MatrixSource, functions: [ComplexExpression]? = nil, text: String = "",
    ranges: [ClosedRange<Double>] = [], learningCount: Int = 20
  ) {
    (self.source, self.functions, self.text) = (source, functions, text)
    (self.ranges, self.learningCount) = (ranges, learningCount)
  }
}
