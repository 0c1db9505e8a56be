import ModelReduction
import Synchronization

/// Solutions in memory, with a count of those taken.
final class SolutionMemory: SolutionStore {
  private let kept = Mutex<[[Double]: [Double]]>([:])
  /// How many are kept at most: what comes later is lost, as if the run had been interrupted before.
  private let capacity: Int
  private let counter = Atomic<Int>(0)

  init(capacity: Int = .max) { self.capacity = capacity }

  /// What another has kept, all of which a run that goes on may add to.
  init(after other: SolutionMemory) {
    capacity = .max
    let states = other.kept.withLock { $0 }
    kept.withLock { $0 = states }
  }

  var taken: Int { counter.load(ordering: .relaxed) }
  var count: Int { kept.withLock { $0.count } }
  var keys: [[Double]] { kept.withLock { Array($0.keys) } }

  func solution(at mu: Parameter) -> [Double]? {
    let state = kept.withLock { $0[mu.values] }
    if state != nil { counter.add(1, ordering: .relaxed) }
    return state
  }

  func keep(_ state: [Double], at mu: Parameter) {
    kept.withLock { if $0.count < capacity { $0[mu.values] = state } }
  }
}
