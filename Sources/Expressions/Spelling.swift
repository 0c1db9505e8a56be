/// Number of letters to insert, delete, replace or swap with a neighbour to turn `a` into `b`.
///
/// - Source: F. Damerau, *A technique for computer detection and correction of spelling errors*,
///   Communications of the ACM 7 (1964).
func spellingDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.unicodeScalars)
  let b = Array(b.unicodeScalars)
  var before: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1] + previous.dropFirst()
    for j in b.indices {
      row[j + 1] = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        row[j + 1] = min(row[j + 1], before[j - 1] + 1)
      }
    }
    (before, previous) = (previous, row)
  }
  return previous[b.count]
}

/// The candidate nearest to `word`, if one is near enough to be a slip of the finger.
func nearestName(to word: String, among candidates: [String]) -> String? {
  guard word.unicodeScalars.count <= 64 else { return nil }
  let allowed = max(1, word.unicodeScalars.count / 3)
  let ranked = candidates.map { ($0, spellingDistance(word.lowercased(), $0.lowercased())) }
  // A single letter is near to every other single letter; only its case can be a slip.
  let near = ranked.filter { $0.1 <= (word.unicodeScalars.count == 1 ? 0 : allowed) }
  // Of equally near ones the one that begins alike, then the shorter.
  func rank(_ entry: (name: String, distance: Int)) -> (Int, Int, Int) {
    let alike = zip(entry.name.lowercased(), word.lowercased()).prefix { $0 == $1 }.count
    return (entry.distance, -alike, entry.name.count)
  }
  return near.min { rank($0) < rank($1) }?.0
}
