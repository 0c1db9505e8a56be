internal import LinearAlgebra

/// What a file of snapshots says of itself, before its numbers are read.
public struct SnapshotFacts: Sendable, Hashable {
  /// The file as it was named, with the part of it that was taken: "runs.h5:/u".
  public let source: String
  /// "numpy", "HDF5", "CalculiX results" and the like.
  public let format: String
  /// N.
  public let dimension: Int
  /// m.
  public let count: Int
  /// How the numbers are stored: "float32 (<f4), Fortran order" and the like.
  public let storage: String
  /// The relative rounding of the stored numbers.
  public let precision: Double
  /// What else could have been taken from the file: arrays, datasets or fields.
  public var choices: [String] = []
  /// Times of the snapshots, or what stands for them; empty where none are known.
  public var times: [Double] = []
  /// Sentences for the user.
  public var notes: [String] = []

  /// The facts that every file has.
  public init(
    source: String, format: String, dimension: Int, count: Int, storage: String, precision: Double
  ) {
    (self.source, self.format, self.storage) = (source, format, storage)
    (self.dimension, self.count, self.precision) = (dimension, count, precision)
  }
}

/// Snapshots in a file.
public protocol SnapshotFile: SnapshotSource {
  /// What the file says of itself.
  var facts: SnapshotFacts { get }
}

extension SnapshotFile {
  /// N.
  public var dimension: Int { facts.dimension }
  /// m.
  public var count: Int { facts.count }
  /// The relative rounding of the stored numbers.
  public var precision: Double { facts.precision }
}

extension SnapshotSource {
  /// The least and the greatest number of all snapshots, read in parts of at most `memory` bytes;
  /// nil where there are none.
  ///
  /// - Throws: As `read(rows:of:)`.
  public func range(memory: Int = 64 << 20) throws(SnapshotError) -> ClosedRange<Double>? {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    func take(_ part: DenseMatrix<Double>) {
      for value in part.values {
        least = min(least, value)
        greatest = max(greatest, value)
      }
    }
    if case .wholeRows = access {
      let block = max(1, memory / 8 / max(1, count))
      for row in stride(from: 0, to: dimension, by: block) {
        take(try read(rows: row..<min(dimension, row + block), of: 0..<count))
      }
    } else {
      let block = max(1, memory / 8 / max(1, dimension))
      for snapshot in stride(from: 0, to: count, by: block) {
        take(try snapshots(snapshot..<min(count, snapshot + block)))
      }
    }
    return least <= greatest ? least...greatest : nil
  }
}
