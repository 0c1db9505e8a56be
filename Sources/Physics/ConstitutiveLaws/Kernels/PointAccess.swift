// A batch seen through pointers. Every array is checked once per batch to hold its capacity, and
// the kernels touch only points below `count` ≤ capacity, so no index is checked again in them.

/// xx, yy, zz, yz, xz, xy and two lanes that stay zero.
typealias SixVector = SIMD8<Double>

/// Where the numbers of a batch lie; valid inside `withAccess` only.
@safe struct PointAccess {
  let count: Int
  let stateCount: Int
  let startStrain: UnsafePointer<Double>
  let strain: UnsafePointer<Double>
  let startTemperature: UnsafePointer<Double>
  let temperature: UnsafePointer<Double>
  let startStress: UnsafePointer<Double>
  let startState: UnsafePointer<Double>
  let stress: UnsafeMutablePointer<Double>
  let tangent: UnsafeMutablePointer<Double>
  let state: UnsafeMutablePointer<Double>
}

extension MaterialPoints {
  /// Lets `body` work on the numbers in place.
  ///
  /// - Throws: What `body` returns.
  mutating func withAccess(
    _ body: (PointAccess) -> ConstitutiveError?
  ) throws(ConstitutiveError) {
    checkSizes()
    if count == 0 { return }
    // Taken out of the batch, so that the three are written while the rest is read.
    var (stress, tangent, state) = ([Double](), [Double](), [Double]())
    swap(&stress, &self.stress)
    swap(&tangent, &self.tangent)
    swap(&state, &self.state)
    // A law without state is given an address all the same and reads nothing there.
    if stateCount == 0 { state = [0] }
    let error = access(&stress, &tangent, &state, body)
    if stateCount == 0 { state = [] }
    swap(&stress, &self.stress)
    swap(&tangent, &self.tangent)
    swap(&state, &self.state)
    if let error { throw error }
  }

  private func access(
    _ stress: inout [Double], _ tangent: inout [Double], _ state: inout [Double],
    _ body: (PointAccess) -> ConstitutiveError?
  ) -> ConstitutiveError? {
    unsafe startStrain.withUnsafeBufferPointer { startStrain in
      unsafe strain.withUnsafeBufferPointer { strain in
        unsafe startTemperature.withUnsafeBufferPointer { startTemperature in
          unsafe temperature.withUnsafeBufferPointer { temperature in
            unsafe startStress.withUnsafeBufferPointer { startStress in
              unsafe startState.withUnsafeBufferPointer { startState in
                unsafe stress.withUnsafeMutableBufferPointer { stress in
                  unsafe tangent.withUnsafeMutableBufferPointer { tangent in
                    unsafe state.withUnsafeMutableBufferPointer { state in
                      guard let strainBase = strain.baseAddress,
                        let startStrainBase = startStrain.baseAddress,
                        let startTemperatureBase = startTemperature.baseAddress,
                        let temperatureBase = temperature.baseAddress,
                        let startStressBase = startStress.baseAddress,
                        let stressBase = stress.baseAddress,
                        let tangentBase = tangent.baseAddress,
                        let stateBase = state.baseAddress
                      else { return nil }
                      return unsafe body(
                        PointAccess(
                          count: count, stateCount: stateCount, startStrain: startStrainBase,
                          strain: strainBase, startTemperature: startTemperatureBase,
                          temperature: temperatureBase, startStress: startStressBase,
                          startState: startState.baseAddress ?? strainBase, stress: stressBase,
                          tangent: tangentBase, state: stateBase))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private func checkSizes() {
    precondition(
      [startStrain, strain, startStress, stress].allSatisfy { $0.count == 6 * capacity }
        && startTemperature.count == capacity && temperature.count == capacity
        && startState.count == stateCount * capacity && state.count == stateCount * capacity
        && tangent.count == 36 * capacity && sites.count == capacity,
      "an array of a batch of \(capacity) points was replaced by one of another length")
  }
}

/// Six numbers at `p`.
@inline(__always)
func sixVector(_ p: UnsafePointer<Double>) -> SixVector {
  unsafe SixVector(p[0], p[1], p[2], p[3], p[4], p[5], 0, 0)
}

/// Writes the six numbers of `v` to `p`.
@inline(__always)
func store(_ v: SixVector, to p: UnsafeMutablePointer<Double>) {
  for i in 0..<6 { unsafe p[i] = v[i] }
}

/// a : b of two stresses.
@inline(__always)
func contraction(_ a: SixVector, _ b: SixVector) -> Double {
  let c = a * b
  return (c[0] + c[1] + c[2]) + 2 * (c[3] + c[4] + c[5])
}

/// J(a) = √(3/2 a:a), the stress of the uniaxial test that is as severe as the deviator `a`.
@inline(__always)
func equivalentStress(_ a: SixVector) -> Double { (1.5 * contraction(a, a)).squareRoot() }

/// 1 for xx, yy, zz.
@inline(__always)
var identitySix: SixVector { SixVector(1, 1, 1, 0, 0, 0, 0, 0) }
