extension ArchiveWriter {
  /// Successive constraints under `root`.
  mutating func put(_ bound: SuccessiveConstraints, under root: String) {
    put(bound.box.map(\.lowerBound), as: "\(root)/lower")
    put(bound.box.map(\.upperBound), as: "\(root)/upper")
    put(bound.constraints.flatMap(\.theta), as: "\(root)/normals")
    put(bound.constraints.map(\.bound), as: "\(root)/heights")
    put(bound.quotients.flatMap { $0 }, as: "\(root)/quotients")
  }

  /// Bounds of inf-sup constants under `root`.
  mutating func put(_ bound: InfSupBound, under root: String) {
    put([bound.patches.count], as: "\(root)/count")
    for (k, patch) in bound.patches.enumerated() {
      put(patch.reference, as: "\(root)/\(k)/reference")
      put([patch.stability], as: "\(root)/\(k)/stability")
      put(patch.constraints, under: "\(root)/\(k)")
    }
  }
}

extension OpenArchive {
  /// Successive constraints over `count` terms, nil where there are none.
  func constraints(
    _ root: String, _ count: Int
  ) throws(ModelFileError) -> SuccessiveConstraints? {
    guard try value("\(root)/lower") != nil else { return nil }
    let lower = try numbers("\(root)/lower", count: count)
    let upper = try numbers("\(root)/upper", count: count)
    let heights = try numbers("\(root)/heights")
    let normals = try numbers("\(root)/normals", count: heights.count * count)
    let quotients = try numbers("\(root)/quotients")
    guard zip(lower, upper).allSatisfy({ $0 <= $1 && $0.isFinite && $1.isFinite }),
      (heights + normals + quotients).allSatisfy(\.isFinite), quotients.count % count == 0
    else { throw malformed(root, "has arrays that contradict each other") }
    func rows(_ values: [Double]) -> [[Double]] {
      stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
    }
    return SuccessiveConstraints(
      box: zip(lower, upper).map { $0...$1 },
      constraints: zip(rows(normals), heights).map { (theta: $0, bound: $1) },
      quotients: rows(quotients))
  }

  /// Bounds of inf-sup constants, nil where there are none.
  func infSup(_ root: String, _ count: Int) throws(ModelFileError) -> InfSupBound? {
    guard try value("\(root)/count") != nil else { return nil }
    var patches: [InfSupBound.Patch] = []
    for k in 0..<(try self.count("\(root)/count")) {
      let stability = try numbers("\(root)/\(k)/stability", count: 1)[0]
      guard stability > 0, stability.isFinite,
        let constraints = try constraints("\(root)/\(k)", count)
      else { throw malformed("\(root)/\(k)", "is no bound of a stability constant") }
      patches.append(
        InfSupBound.Patch(
          reference: try numbers("\(root)/\(k)/reference", count: count), stability: stability,
          constraints: constraints))
    }
    return InfSupBound(patches: patches)
  }
}
