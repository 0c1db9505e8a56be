import ComplexModule
import Foundation
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite(.serialized) struct `Model files of systems and evolutions` {
  static let points: [Parameter] = [[0.31, 0.4], [0.8, 1.7], [0.07, 0.02]]

  static func content(_ kind: String) throws -> ModelFile {
    var ledger = CostLedger()
    switch kind {
    case "system":
      let system = try advectionOnALine(cells: 20)
      let greedy = try SystemGreedy(
        of: FullSystemSolver(system),
        over: Sampling.random.points(count: 20, seed: 1, in: system.parameterSpace),
        options: .init(tolerance: 0, size: 4), ledger: &ledger)
      return ModelFile(content: .system(try corrected(greedy)), certifiedDownTo: 1e-9)
    case "complex-system":
      let wave = try waveOnALine(cells: 20)
      let greedy = try SystemGreedy(
        of: FullSystemSolver(wave),
        over: Sampling.random.points(count: 20, seed: 1, in: wave.parameterSpace),
        options: .init(tolerance: 0, size: 4), ledger: &ledger)
      return ModelFile(
        content: .complexSystem(try corrected(greedy)),
        complexField: wave.field.map { FieldBasis(greedy.basis, $0) })
    default:
      let evolution = try evolutionOnALine(
        cells: 20, scheme: .backwardEuler, grid: TimeGrid(steps: [0.1, 0.1, 0.3]),
        end: "sin(t)")
      let greedy = try PODGreedy(
        of: FullEvolutionSolver(evolution),
        over: Sampling.random.points(count: 5, seed: 1, in: evolution.parameterSpace),
        options: .init(tolerance: 0, size: 4), ledger: &ledger)
      let dual = try evolution.dual(of: meanOnALine(evolution))
      let duals = try PODGreedy(
        of: FullEvolutionSolver(dual),
        over: Sampling.random.points(count: 3, seed: 1, in: evolution.parameterSpace),
        options: .init(tolerance: 0, size: 3), ledger: &ledger)
      return ModelFile(
        content: .evolution(
          greedy.model.corrected(
            by: duals.projection, forOutput: "mean", of: greedy.projection)),
        field: evolution.field.map { ReducedField(greedy.basis, $0) })
    }
  }

  /// The model with the dual problem of its first output.
  private static func corrected<S: Scalar>(_ greedy: SystemGreedy<S>) throws -> ReducedSystem<S> {
    let system = greedy.projection.system
    guard case .linear(let output) = system.outputs[0] else { throw CancellationError() }
    let family = system.dual(of: output)
    var dual = try SystemProjection(of: family)
    let solver = try FullSystemSolver(family)
    for mu in greedy.parameters.prefix(3) { try dual.extend(by: solver.solve(at: mu)) }
    return greedy.model.corrected(by: dual, forOutput: output.name, of: greedy.projection)
  }

  @Test(arguments: ["system", "complex-system", "evolution"])
  func `a loaded model gives the same answers to the last bit`(kind: String) throws {
    let file = try Self.content(kind)
    let path = `Model files`.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try file.write(to: path)
    let opened = try ModelFile.open(path)
    #expect(opened.content == file.content)
    #expect(opened.content.kind == kind)
    #expect(opened.certifiedDownTo == file.certifiedDownTo)
    for mu in Self.points {
      switch (opened.content, file.content) {
      case (.system(let a), .system(let b)): #expect(try a.answer(at: mu) == b.answer(at: mu))
      case (.complexSystem(let a), .complexSystem(let b)):
        #expect(try a.answer(at: mu) == b.answer(at: mu))
        let state = try a.solve(at: mu)
        let field = try #require(try opened.complexField())
        #expect(
          try field.values(of: state, at: mu)
            == #require(file.complexField).values(of: state, at: mu))
        #expect(try opened.field() == nil)
      case (.evolution(let a), .evolution(let b)):
        let answer = try a.answer(at: mu)
        #expect(try answer == b.answer(at: mu))
        let field = try #require(try opened.field())
        let step = answer.steps[2]
        let point = mu.at(time: step.time)
        let values = field.values(of: step.state, at: point)
        #expect(try values == #require(file.field).values(of: step.state, at: point))
        #expect(values[0] == Double.sin(step.time))
      default: Issue.record("another kind came back")
      }
    }
    #expect(throws: ModelFileError.otherKind(path: path, kind: kind)) {
      try StoredModel(reading: path)
    }
  }

  @Test(arguments: ["system", "complex-system", "evolution"])
  func `a flipped bit or a missing end is refused`(kind: String) throws {
    let path = `Model files`.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.content(kind).write(to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var random = SeededRandom(seed: 5)
    for _ in 0..<60 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &random)] ^=
        1 << UInt8.random(in: 0..<8, using: &random)
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      #expect(throws: ModelFileError.self) { try ModelFile.open(path) }
    }
    for length in [0, 100, 512, bytes.count / 2, bytes.count - 1] {
      try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: path))
      #expect(throws: ModelFileError.self) { try ModelFile.open(path) }
    }
  }

  @Test func `a symmetric coercive model opens under both names, in the format of old`() throws {
    let (_, file) = try `Model files`.model()
    let path = `Model files`.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try file.write(to: path)
    #expect(try ModelFile.open(path).content == file.content)
    #expect(try StoredModel(reading: path).model == file.coercive())
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(bytes[8] == 1 && bytes[12] == 0)
  }
}
