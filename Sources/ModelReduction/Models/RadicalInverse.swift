internal import LinearAlgebra

/// The digits of k in a prime base, mirrored at the point.
struct RadicalInverse: Sendable {
  let base: Int
  /// Where each digit goes; zero stays, so that the leading zeros of k stay zeros.
  let permutation: [Int]

  init(base: Int, seed: UInt64) {
    self.base = base
    guard seed != 0, base > 2 else {
      permutation = Array(0..<base)
      return
    }
    var generator = SplitMix64(seed: seed &+ UInt64(base) &* 0x9E37_79B9_7F4A_7C15)
    permutation = [0] + (1..<base).shuffled(using: &generator)
  }

  func callAsFunction(_ k: Int) -> Double {
    var (rest, weight, sum) = (k, 1.0 / Double(base), 0.0)
    while rest > 0 {
      sum += weight * Double(permutation[rest % base])
      rest /= base
      weight /= Double(base)
    }
    return sum
  }
}

/// The first `count` prime numbers.
func primes(_ count: Int) -> [Int] {
  var (found, candidate) = ([Int](), 2)
  while found.count < count {
    if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
    candidate += 1
  }
  return found
}

/// baseⁿ, or nil when it exceeds `limit`.
func power(_ base: Int, _ exponent: Int, atMost limit: Int) -> Int? {
  var result = 1
  for _ in 0..<exponent {
    let (product, overflow) = result.multipliedReportingOverflow(by: base)
    guard !overflow, product <= limit else { return nil }
    result = product
  }
  return result
}
