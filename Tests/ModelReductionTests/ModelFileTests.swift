import Foundation
import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite(.serialized) struct `Model files` {
  static func path() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).ritz").path
  }

  /// A model with every kind of output, a dual correction, boxes and a field.
  static func model() throws -> (ThermalBlock, ModelFile) {
    let block = try ThermalBlock(blocks: 2, cells: 10, top: 2)
    let training = try block.training(60)
    let greedy = try block.greedy(size: 7, training: training)
    guard case .linear(let output) = block.problem.outputs[1] else { throw CancellationError() }
    var ledger = CostLedger()
    let dual = try WeakGreedy(
      of: FullOrderSolver(block.problem.dual(of: output)), over: training,
      options: .init(tolerance: 0, size: 4), ledger: &ledger)
    let model = greedy.model.corrected(
      by: dual.projection, forOutput: "corner", of: greedy.projection)
    let file = ModelFile(
      model: model,
      provenance: Provenance(
        ritzVersion: "0.1.0", caseName: "thermal \"block\"", caseHash: "ab", meshHash: "",
        facts: ["method": "greedy", "note": "two\nlines and a \\ backslash", "empty": ""]),
      certifiedDownTo: greedy.certifiedDownTo,
      field: block.problem.field.map { ReducedField(greedy.basis, $0) },
      attachments: [
        "points": .numbers([0, 0.5, 1, -1], shape: [2, 2]),
        "cells": .integers([1, -2], shape: [2]),
        "none": .numbers([], shape: [0]), "title": .text("Wärme"), "blank": .text(""),
      ])
    return (block, file)
  }

  @Test func `a loaded model gives the same answers to the last bit`() throws {
    let (block, file) = try Self.model()
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try file.write(to: path)
    let stored = try StoredModel(reading: path)
    #expect(try stored.model == file.coercive())
    #expect(stored.provenance == file.provenance)
    #expect(stored.certifiedDownTo == file.certifiedDownTo)
    for mu in try block.training(20, seed: 77) {
      #expect(try stored.model.answer(at: mu) == file.coercive().answer(at: mu))
    }
    let field = try #require(try stored.field())
    let mu: Parameter = [1, 2, 3, 4]
    let state = try stored.model.solve(at: mu)
    let mine = try #require(file.field).values(of: state, at: mu)
    #expect(field.values(of: state, at: mu) == mine)
    #expect(mine.suffix(11) == ArraySlice(repeating: 2, count: 11))
    #expect(stored.attachmentNames == ["blank", "cells", "none", "points", "title"])
    for name in stored.attachmentNames {
      #expect(try stored.attachment(name) == file.attachments[name])
    }
    #expect(try stored.attachment("mesh") == nil)
  }

  @Test func `the same model gives the same bytes`() throws {
    let (_, file) = try Self.model()
    let paths = [Self.path(), Self.path()]
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    for path in paths { try file.write(to: path) }
    let bytes = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(bytes[0] == bytes[1])
  }

  @Test func `a flipped bit or a missing end anywhere is refused`() throws {
    let (_, file) = try Self.model()
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try file.write(to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var random = SeededRandom(seed: 11)
    let places = Array(0..<48) + Array(500..<520)
    for place in places + (0..<150).map({ _ in Int.random(in: 0..<bytes.count, using: &random) }) {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      #expect(throws: ModelFileError.self) { try StoredModel(reading: path) }
    }
    for length in [0, 7, 8, 100, 511, 512, bytes.count / 2, bytes.count - 1] {
      try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: path))
      #expect(throws: ModelFileError.self) { try StoredModel(reading: path) }
    }
    try Data(bytes + [0]).write(to: URL(fileURLWithPath: path))
    #expect(
      throws: ModelFileError.wrongLength(
        path: path, expected: bytes.count, found: bytes.count + 1)
    ) { try StoredModel(reading: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(try StoredModel(reading: path).model == file.coercive())
  }

  @Test func `what is no model file is told apart`() throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: ModelFileError.unreadable(path: path)) { try StoredModel(reading: path) }
    try Data("solid cube".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: ModelFileError.notAModelFile(path: path)) { try StoredModel(reading: path) }
    #expect(throws: ModelFileError.self) {
      try Self.model().1.write(to: "/nonexistent/folder/model.ritz")
    }
  }

  @Test func `a newer major version is refused by name and a newer minor one is read`() throws {
    let (_, file) = try Self.model()
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try file.write(to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func write(major: UInt8, minor: UInt8) throws {
      var changed = bytes
      changed[8] = major
      changed[12] = minor
      let checksum = crc64(changed[..<504])
      for i in 0..<8 { changed[504 + i] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(i))) }
      try Data(changed).write(to: URL(fileURLWithPath: path))
    }
    try write(major: 3, minor: 0)
    #expect(throws: ModelFileError.newerFormat(path: path, found: 3, supported: 2)) {
      try StoredModel(reading: path)
    }
    try write(major: 1, minor: 9)
    #expect(try StoredModel(reading: path).model == file.coercive())
  }

  @Test func `the checksum of the documentation is that of the header`() {
    #expect(crc64(Array("123456789".utf8)[...]) == 0x995D_C9BB_DF19_39FA)
  }

  /// CRC-64/XZ bit by bit, written after its definition.
  private func crc64(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var crc = ~UInt64(0)
    for byte in bytes {
      crc ^= UInt64(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xC96C_5795_D787_0F42 : crc >> 1 }
    }
    return ~crc
  }
}

extension ModelFile {
  /// The model of a file of the oldest kind.
  func coercive() throws -> GalerkinReducedModel {
    guard case .coercive(let model) = content else { throw CancellationError() }
    return model
  }
}
