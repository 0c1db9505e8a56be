import Expressions
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Outputs of a hyperreduced body` {
  private static let rest = Parameter([])

  /// The cube after a cycle of training, with one output of each kind.
  private struct Reduced {
    let model: QuasiStaticModel
    let placed: [PlacedOutput]
    let reduction: HyperReduction
    let online: HyperReducedModel

    init() throws {
      let model = try CyclicCube().model(cycles: 1)
      self.model = model
      let names = QuasiStaticModel.quantities(
        dimension: 3, laws: model.problem.materials.map(\.law))
      let scope = ExpressionScope(coordinates: 3, fields: names, fieldDerivatives: false)
      func e(_ text: String) throws -> Expression {
        // Invariants stand alone: their names are no words of the language.
        names.contains(text) ? Expression(.field(text)) : try Expression(parsing: text, in: scope)
      }
      let corner = [0.7, 0.9, 0.2]
      let outputs: [ElasticityOutput] = [
        .init(name: "integral", kind: .integral(try e("x*p + 2*u.x - 3*stress.xy + y"))),
        .init(name: "mean", kind: .mean(try e("stress.von-mises"))),
        .init(name: "traction", kind: .integral(try e("stress.xx*(1 + y)")), regions: ["right"]),
        .init(name: "jump", kind: .integral(try e("p + floor(p*1000)"))),
        .init(name: "largest", kind: .maximum(try e("stress.von-mises"))),
        .init(name: "on the face", kind: .maximum(try e("stress.p1")), regions: ["right"]),
        .init(name: "smallest", kind: .minimum(try e("u.y"))),
        .init(name: "there", kind: .value(try e("plasticStrain.xx + strain.xx*t"), at: corner)),
        .init(name: "ratio", kind: .value(try e("stress.xx/(100 + temperature)"), at: corner)),
        .init(name: "size", kind: .normL2),
        .init(name: "force", kind: .reaction(axis: 0), regions: ["left"]),
        .init(name: "most p", kind: .maximum(try e("p"))),
        .init(name: "least pull", kind: .minimum(try e("stress.xx"))),
        .init(name: "most pull", kind: .maximum(try e("stress.xx")), regions: ["right"]),
        .init(name: "least strain", kind: .minimum(try e("strain.zz"))),
      ]
      placed = try outputs.map { try model.placed($0) }
      var snapshots = MechanicalSnapshots(of: model)
      try model.trajectory(at: rest) { snapshots.add($0) }
      reduction = try HyperReduction(
        of: snapshots, model, in: try model.innerProduct(.l2),
        options: HyperReductionOptions(displacement: 1e-6, cubature: 1e-4), outputs: placed)
      online = HyperReducedModel(reduction, of: model, outputs: placed)
    }
  }

  private static let reduced = Result { try Reduced() }

  @Test func `need the few numbers of a frame, not the whole body`() throws {
    let cube = try Self.reduced.get()
    try cube.online.trajectory(at: Self.rest) { frame in
      let whole = try cube.model.whole(frame, of: cube.reduction, at: Self.rest)
      let few = try cube.online.values(in: frame, at: Self.rest)
      for (output, value) in zip(cube.placed, few) where output.name != "force" {
        let expected = try cube.model.value(of: output, in: whole, at: Self.rest)
        #expect(
          (value - expected).magnitude <= 1e-9 * max(1, expected.magnitude),
          "\(output.name) at \(frame.time): \(value), of the whole body \(expected)")
      }
    }
  }

  @Test func `are reactions by virtual work, as exact as the cubature`() throws {
    let cube = try Self.reduced.get()
    var full: [Double] = []
    try cube.model.trajectory(at: Self.rest) { frame in
      full.append(try cube.model.value(of: cube.placed[10], in: frame, at: Self.rest))
    }
    let scale = full.map(\.magnitude).max() ?? 1
    var place = 0
    try cube.online.trajectory(at: Self.rest) { frame in
      let found = try cube.online.values(in: frame, at: Self.rest)[10]
      #expect((found - full[place]).magnitude < 2e-4 * scale, "\(found) against \(full[place])")
      place += 1
    }
    #expect(place == full.count)
  }

  @Test func `come out of a file with the same bits, and neither mesh nor case is needed`() throws {
    let cube = try Self.reduced.get()
    var written = cube.online
    written.calibration = try ErrorCalibration(
      indicators: [1e-6, 1e-5, 1e-4, 1e-3], errors: [2e-6, 1e-5, 3e-4, 1e-3])
    try inFolder { folder in
      let path = "\(folder)/cube.ritz"
      let parts = try #require(written.parts)
      try ModelFile(content: .parts(parts)).write(to: path)
      guard case .parts(let found) = try ModelFile.open(path).content else {
        Issue.record("the file holds another kind")
        return
      }
      #expect(found == parts)
      let read = try HyperReducedModel(found)
      #expect(read.outputNames == cube.placed.map(\.name))
      #expect(read.calibration == written.calibration)
      var expected: [[Double]] = []
      try written.trajectory(at: Self.rest) {
        expected.append(try written.values(in: $0, at: Self.rest) + [$0.indicator])
      }
      var values: [[Double]] = []
      try read.trajectory(at: Self.rest) {
        values.append(try read.values(in: $0, at: Self.rest) + [$0.indicator])
      }
      #expect(values == expected)
    }
  }

  @Test func `parts that contradict each other are refused by name`() throws {
    let parts = try #require(try Self.reduced.get().online.parts)
    var seen = 0
    for name in parts.entries.keys.sorted() {
      var changed = parts
      switch parts.entries[name] {
      case .numbers(let values, _)?: changed.put(values + [1], as: name)
      case .integers(let values, _)?: changed.put(values.map(Int.init) + [1_000_000], as: name)
      case .text?: changed.put(["?", "?", "?"], as: name)
      case nil: continue
      }
      seen += 1
      let error = #expect(throws: ModelFileError.self, "\(name)") {
        try HyperReducedModel(changed)
      }
      guard case .malformed(_, let entry, let reason)? = error else {
        // An entry that lists others makes these missing.
        if case .missing? = error { continue }
        Issue.record("\(name): \(error.map { "\($0)" } ?? "no error")")
        continue
      }
      #expect(entry.hasPrefix("model/") && !reason.isEmpty)
    }
    #expect(seen > 60)
  }
}
