public import LinearAlgebra

/// How the error of a compressed snapshot is measured.
public enum CompressionNorm: Sendable {
  /// max |uᵢ − ũᵢ|.
  case maximum
  /// ‖u − ũ‖_X; the L² norm, where X is the mass matrix.
  case product(InnerProduct<Double>)
}

/// Decides whether an error is within a tolerance, on the safe side of its own round-off.
struct ErrorMeasure: Sendable {
  let norm: CompressionNorm
  /// |X|, which bounds the round-off of eᵀXe.
  private let magnitudes: SparseMatrix<Double>?
  /// γ: the relative round-off of a sum as long as those here.
  private let roundOff: Double
  /// √trace X, or √N for the maximum.
  let size: Double

  init(_ norm: CompressionNorm, dimension: Int) {
    self.norm = norm
    var longest = dimension
    guard case .product(let product) = norm else {
      (magnitudes, roundOff) = (nil, 0)
      size = Double(max(1, dimension)).squareRoot()
      return
    }
    precondition(
      product.dimension == dimension,
      "a product over \(product.dimension) unknowns for snapshots of \(dimension)")
    if product.isEuclidean || product.weights != nil {
      magnitudes = nil
      size = (product.weights?.reduce(0, +) ?? Double(dimension)).squareRoot()
    } else {
      let matrix = product.matrix
      magnitudes = matrix.map {
        SparseMatrix(pattern: $0.pattern, values: $0.values.map(\.magnitude))
      }
      size = (0..<dimension).reduce(0) { $0 + (matrix?[$1, $1] ?? 0) }.squareRoot()
      longest *= 2
    }
    roundOff = Double(longest + 16) * Double.ulpOfOne
  }

  /// What is certainly not less than the error of `found`; infinite where it cannot be measured.
  ///
  /// For the maximum the difference is rounded once, and rounding is monotone: it reaches the
  /// tolerance where the true one does.
  func bound(_ wanted: [Double], _ found: [Double]) -> Double {
    var (difference, largest) = (wanted, 0.0)
    for i in wanted.indices {
      difference[i] -= found[i]
      guard difference[i].isFinite else { return .infinity }
      largest = max(largest, difference[i].magnitude)
    }
    guard largest > 0, case .product(let product) = norm else { return largest }
    // Divided by the largest, no square overflows, and none that matters vanishes.
    for i in difference.indices { difference[i] /= largest }
    let image = product.apply(difference)
    var square = 0.0
    for i in image.indices { square += difference[i] * image[i] }
    let terms: Double
    if let magnitudes {
      let absolute = difference.map(\.magnitude)
      let image = magnitudes * absolute
      var sum = 0.0
      for i in image.indices { sum += absolute[i] * image[i] }
      terms = sum
    } else {
      terms = square
    }
    guard terms.isFinite, square >= 0 else { return .infinity }
    return largest * (square + roundOff * terms).squareRoot() * (1 + 8 * Double.ulpOfOne)
  }

  /// Whether an error with this bound is within the tolerance.
  static func accepts(_ bound: Double, _ tolerance: Double) -> Bool {
    bound == 0 || bound < tolerance
  }
}
