internal import ComplexModule
public import LinearAlgebra
internal import RealModule

extension SparseMatrix {
  /// Whether modified incomplete factors of this matrix can be trusted to need hardly more iterations than
  /// those without modification, IC(0) or ILU(0), and mostly need fewer; found in one pass over the entries.
  ///
  /// - The entries beside the diagonal are real and not positive and the diagonal dominates them: the
  ///   factors exist.
  /// - All but one in twenty unknowns have neighbours before and after them in the order of
  ///   elimination: where many begin or end chains of their own, as in a random or a red-black order,
  ///   the fill that is taken from the diagonals piles up. Measured on squares and cubes: half the
  ///   iterations in the order of rows or of blocks, up to 1.7 times as many in a random one.
  /// - The pairs of later neighbours, between which there is fill, are by an excess e < 0.48 on the way from
  ///   an even order, which has half of the neighbours later, to a random one. Along a Hilbert curve e is
  ///   0.34 to 0.42; where every other line of a square comes first 0.51 to 1, and up to 1.4 times as many
  ///   iterations are taken. Planes of a cube that take turns so are not recognised: 0.27, and 1.4 times.
  /// - In two rows of three these entries are within a factor of 100 of each other, and in three of four
  ///   within 10⁴: where the coefficient jumps by 10³ and more from point to point at random, which
  ///   shows in 0.44 of the rows, there is nothing smooth to keep, and up to 1.9 times as many
  ///   iterations were counted.
  /// - With s points along a side and a mean R of lg (max |aᵢⱼ| / min |aᵢⱼ|) over the rows, 3.75 / √s
  ///   (1 + 1.2 e) (1 + 3.2 R) is at most 1.2. So many times the iterations of IC(0) were counted at most,
  ///   but for a few media, on squares of 28, 56 and 96 points a side, by rows and along a curve, in
  ///   log-normal media, grains and inclusions of 1 to 16 points with contrasts of 10 to 10⁶.
  /// - The skew part is at most 0.4 of the symmetric one in the sum over the entries: beyond, convection in
  ///   closed lines has little that is smooth across them. Of velocities that make 0.15, 0.4, 0.6 and 0.75
  ///   of it, 0.5, 0.8 to 1, 1 to 1.5 and 1.2 to 2.4 times the iterations were counted on a square of 64
  ///   points a side.
  ///
  /// - Parameter side: The points along a side; the root of the order where nil.
  /// - Source: Doi, Washio, *Ordering strategies and related techniques to overcome the trade-off between
  ///   parallelism and convergence in incomplete factorizations*, Parallel Comput. 25 (1999).
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func suitsModifiedFactors(side: Double? = nil) -> Bool {
    guard rowCount == columnCount, rowCount > 0 else { return false }
    let (start, column) = (pattern.rowStart, pattern.column)
    var (ends, rough, cliffs, decades) = (0, 0, 0, 0.0)
    // Of pairs of later neighbours: those there are, and in an even and in a random order.
    var (pairs, even, random) = (0.0, 0.0, 0.0)
    for i in 0..<rowCount {
      var (beside, largest, smallest) = (0.0, 0.0, Double.infinity)
      var diagonal: Double?
      var (before, after) = (0, 0)
      for k in start[i]..<start[i + 1] {
        let (j, value) = (Int(column[k]), values[k].realPart)
        guard values[k] == values[k].conjugate else { return false }
        guard j != i else {
          diagonal = value
          continue
        }
        guard value <= 0 else { return false }
        guard value < 0 else { continue }
        beside -= value
        (largest, smallest) = (max(largest, -value), min(smallest, -value))
        if j < i { before += 1 } else { after += 1 }
      }
      guard let diagonal, diagonal > 0, diagonal >= beside * (1 - 1e-12) else { return false }
      if before == 0 || after == 0 { ends += 1 }
      let (d, later) = (Double(before + after), Double(after))
      pairs += later * (later - 1) / 2
      even += d * max(0, d - 2) / 8
      random += d * (d - 1) / 6
      if largest > 100 * smallest { rough += 1 }
      if largest > 1e4 * smallest { cliffs += 1 }
      if largest > smallest { decades += Double.log10(largest / smallest) }
    }
    let n = Double(rowCount)
    let excess = random > even ? max(0, (pairs - even) / (random - even)) : 0
    let expected =
      3.75 / (side ?? n.squareRoot()).squareRoot() * (1 + 1.2 * excess)
      * (1 + 3.2 * min(0.75, decades / n))
    return 20 * ends <= rowCount && excess < 0.48 && 3 * rough <= rowCount
      && 4 * cliffs <= rowCount && expected <= 1.2 && skewness <= 0.4
  }

  /// Σ |aᵢⱼ − aⱼᵢ| / Σ |aᵢⱼ + aⱼᵢ| over i < j: zero of a symmetric matrix, one of a triangular one.
  private var skewness: Double {
    let (start, column) = (pattern.rowStart, pattern.column)
    // The first entry of each row that has not met its mirror image.
    var next = Array(start.dropLast())
    var (skew, even) = (0.0, 0.0)
    func lone(_ value: S) {
      skew += value.absolute
      even += value.absolute
    }
    for i in 0..<rowCount {
      for k in start[i]..<start[i + 1] where Int(column[k]) > i {
        let j = Int(column[k])
        while next[j] < start[j + 1], Int(column[next[j]]) < i {
          lone(values[next[j]])
          next[j] += 1
        }
        if next[j] < start[j + 1], Int(column[next[j]]) == i {
          skew += (values[k] - values[next[j]]).absolute
          even += (values[k] + values[next[j]]).absolute
          next[j] += 1
        } else {
          lone(values[k])
        }
      }
      while next[i] < start[i + 1], Int(column[next[i]]) < i {
        lone(values[next[i]])
        next[i] += 1
      }
    }
    return even > 0 ? skew / even : 0
  }
}

extension SparseMatrix {
  /// Real, the entries beside the diagonal not positive, and the diagonal dominates each row.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func isDominantWithoutPositiveEntries() -> Bool {
    let (start, column) = (pattern.rowStart, pattern.column)
    for i in 0..<rowCount {
      var (beside, diagonal) = (0.0, 0.0)
      for k in start[i]..<start[i + 1] {
        let value = values[k].realPart
        guard values[k] == values[k].conjugate else { return false }
        if Int(column[k]) == i {
          diagonal = value
        } else {
          guard value <= 0 else { return false }
          beside -= value
        }
      }
      guard diagonal > 0, diagonal >= beside * (1 - 1e-12) else { return false }
    }
    return true
  }
}
