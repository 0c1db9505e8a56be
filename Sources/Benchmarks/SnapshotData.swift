internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// Snapshots whose singular values fall by 2^(-1/4) from mode to mode over 60 modes, to noise.
struct SnapshotData {
  static let modeCount = 60

  /// Bumps that travel, with random amplitudes and noise of 1e-9: what the peers of W4 reduce.
  static func bumps(rowCount n: Int, count m: Int) -> DenseMatrix<Double> {
    var random = SplitMix64(seed: 0)
    var modes = DenseMatrix<Double>(rowCount: n, columnCount: modeCount)
    for j in 0..<modeCount {
      for i in 0..<n {
        let x = Double(i) / Double(max(1, n - 1))
        let z = (x - (Double(j) + 0.5) / Double(modeCount)) * 12
        modes[i, j] = Double.exp(-z * z) * Double.cos(3 * Double(j) * x)
      }
    }
    var amplitudes = DenseMatrix<Double>(rowCount: modeCount, columnCount: m)
    for k in 0..<m {
      for j in 0..<modeCount {
        amplitudes[j, k] = random.normal() * Double.pow(2, -Double(j) / 4)
      }
    }
    var states = modes * amplitudes
    for i in states.values.indices { states.values[i] += 1e-9 * (random.unit() - 0.5) * 3.46 }
    return states
  }

  /// Snapshots of smooth modes that oscillate in time, with noise of 1e-6: what the peers of W7
  /// follow.
  static func waves(rowCount n: Int, count m: Int) -> DenseMatrix<Double> {
    var random = SplitMix64(seed: 0)
    let phases = (0..<modeCount).map { _ in 2 * Double.pi * random.unit() }
    var modes = DenseMatrix<Double>(rowCount: n, columnCount: modeCount)
    for j in 0..<modeCount {
      for i in 0..<n {
        let x = Double(i) / Double(max(1, n - 1))
        modes[i, j] =
          Double.sin(Double.pi * x * Double(j + 1) + phases[j]) * (1 + x * Double.cos(Double(j)))
      }
    }
    var amplitudes = DenseMatrix<Double>(rowCount: modeCount, columnCount: m)
    for t in 0..<m {
      for j in 0..<modeCount {
        amplitudes[j, t] =
          Double.pow(2, -Double(j) / 4)
          * Double.sin(phases[j] + 0.05 * Double(j + 1) * Double(t))
      }
    }
    var states = modes * amplitudes
    for i in states.values.indices { states.values[i] += 1e-6 * (random.unit() - 0.5) * 3.46 }
    return states
  }

  /// Snapshots of any number, made in parts: thirty waves with random amplitudes that fall by √2
  /// from one to the next, and noise of 1e-7.
  struct Separable {
    private let rowCount: Int
    private let amplitudes: DenseMatrix<Double>
    private var random = SplitMix64(seed: 1)

    init(rowCount: Int, count: Int) {
      self.rowCount = rowCount
      var amplitudes = DenseMatrix<Double>(rowCount: 30, columnCount: count)
      for j in 0..<count {
        for k in 0..<30 { amplitudes[k, j] = random.normal() * Double.pow(2, -Double(k) / 2) }
      }
      self.amplitudes = amplitudes
    }

    /// The waves at some rows.
    func modes(rows: Range<Int>) -> DenseMatrix<Double> {
      var modes = DenseMatrix<Double>(rowCount: rows.count, columnCount: amplitudes.rowCount)
      for k in 0..<amplitudes.rowCount {
        for (i, row) in rows.enumerated() {
          let x = Double(row) / Double(max(1, rowCount - 1))
          modes[i, k] = Double.sin(Double.pi * x * Double(k + 1))
        }
      }
      return modes
    }

    /// Some snapshots at the rows of the modes.
    mutating func states(
      of modes: DenseMatrix<Double>, snapshots: Range<Int>
    ) -> DenseMatrix<Double> {
      var states = modes * amplitudes.columns(snapshots)
      for i in states.values.indices { states.values[i] += 3.46e-7 * (random.unit() - 0.5) }
      return states
    }
  }

  /// The mass matrix of linear elements on a line of n points: three entries a row.
  static func lineMass(_ n: Int) -> SparseMatrix<Double> {
    var (rows, columns, entries) = ([Int32](), [Int32](), [Double]())
    for i in 0..<n {
      for j in max(0, i - 1)...min(n - 1, i + 1) {
        rows.append(Int32(i))
        columns.append(Int32(j))
        entries.append((i == j ? 4.0 : 1.0) / (6 * Double(n)))
      }
    }
    return SparseMatrix(
      rowCount: n, columnCount: n, rows: rows, columns: columns, entries: entries)
  }
}

extension SplitMix64 {
  /// A standard normal number.
  mutating func normal() -> Double {
    (-2 * Double.log(1 - unit())).squareRoot() * Double.cos(2 * Double.pi * unit())
  }
}

/// max |VᵀXV − I|.
func orthonormalityDefect(_ basis: ReducedBasis<Double>) -> Double {
  let gram = basis.vectors.adjointTimes(basis.product.apply(basis.vectors))
  var worst = 0.0
  for j in 0..<basis.size {
    for i in 0..<basis.size { worst = max(worst, (gram[i, j] - (i == j ? 1 : 0)).magnitude) }
  }
  return worst
}
