import ComplexModule
import Files
import LinearAlgebra
import TestSupport
import Testing

/// A .npy file of version 1 (or 2, whose length takes four bytes).
private func npy(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let text = Array(header.utf8) + [10]
  let length = UInt32(text.count)
  let lengthBytes = (0..<(version == 1 ? 2 : 4)).map {
    UInt8(truncatingIfNeeded: length >> (8 * $0))
  }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + text + data
}

private func bytes(_ values: [Double], isBig: Bool = false) -> [UInt8] {
  values.flatMap { value -> [UInt8] in
    let little = (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
    return isBig ? little.reversed() : little
  }
}

private func complaint(_ bytes: [UInt8]) -> String {
  do throws(FormatError) {
    _ = try MatrixFile(bytes: bytes, file: "a.npy")
    return "accepted"
  } catch { return error.description }
}

@Suite struct `Arrays of numpy` {
  @Test(arguments: [false, true], [UInt8(1), 2])
  func `rows or columns may come first, in either byte order`(isBig: Bool, version: UInt8) throws {
    let expected = DenseMatrix(rows: [[1, 2, 3], [4, 5, 6]])
    let type = isBig ? ">f8" : "<f8"
    let byRows = try MatrixFile(
      bytes: npy(
        "{'descr': '\(type)', 'fortran_order': False, 'shape': (2, 3), }",
        bytes([1, 2, 3, 4, 5, 6], isBig: isBig), version: version), file: "a.npy")
    #expect(try byRows.denseMatrix(of: Double.self) == expected)
    let byColumns = try MatrixFile(
      bytes: npy(
        "{'descr': '\(type)', 'fortran_order': True, 'shape': (2, 3), }",
        bytes([1, 4, 2, 5, 3, 6], isBig: isBig), version: version), file: "a.npy")
    #expect(try byColumns.denseMatrix(of: Double.self) == expected)
  }

  @Test func `vectors, complex, short and whole numbers are read`() throws {
    func vector<S: Scalar>(_ type: String, _ data: [UInt8], _ count: Int) throws -> [S] {
      try MatrixFile(
        bytes: npy("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(count),), }", data),
        file: "a.npy"
      ).vector()
    }
    #expect(try vector("<f8", bytes([1, -2]), 2) == [1.0, -2])
    #expect(
      try vector("<c16", bytes([1, 2, 3, 4]), 2) == [Complex(1.0, 2), Complex(3.0, 4)])
    #expect(try vector("<f4", [0, 0, 0x20, 0xC1], 1) == [-10.0])
    #expect(try vector("<i4", [0xFE, 0xFF, 0xFF, 0xFF], 1) == [-2.0])
    #expect(try vector("<f2", [0, 0x3C, 1, 0, 0xFF, 0xFB], 3) == [1.0, 0x1p-24, -65504])
    #expect(try vector("|u1", [200, 3], 2) == [200.0, 3])
    #expect(try vector("|b1", [1, 0], 2) == [1.0, 0])
    #expect(try vector(">i2", [0xFF, 0xFD], 1) == [-3.0])
    #expect(try vector("<f8", [], 0) == [Double]())
  }

  @Test(arguments: [
    (
      "'|O', 'fortran_order': False, 'shape': (1,)", "Python objects (a pickle, which is never run)"
    ),
    ("'<f8', 'fortran_order': False, 'shape': (1, 1, 1)", "an array of 3 dimensions"),
    ("'<f8', 'fortran_order': False, 'shape': ()", "an array of 0 dimensions"),
    ("'<f8', 'fortran_order': False, 'shape': (-1,)", "sizes not negative"),
    ("'<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4)", "too many bytes"),
    ("'<f8', 'fortran_order': False, 'shape': (99999999999999999999,)", "sizes not negative"),
    (
      "'<f8', 'fortran_order': False, 'shape': (2,)",
      "the 16 bytes of 2 × 1 numbers after the head, found 8 bytes"
    ),
    ("'<f8', 'fortran_order': False, 'shape': (0,)", "the 0 bytes"),
    ("'<f16', 'fortran_order': False, 'shape': (1,)", "the number type '<f16'"),
    ("[('a', '<f8')], 'fortran_order': False, 'shape': (1,)", "expected {'descr'"),
    ("'<f8', 'fortran_order': __import__('os').abort(), 'shape': (1,)", "expected {'descr'"),
    ("'<f8', 'shape': (1,)", "expected {'descr'"),
  ])
  func `what is no plain matrix is refused`(rest: String, expected: String) {
    let message = complaint(npy("{'descr': \(rest), }", bytes([1])))
    #expect(message.contains(expected), "\(message)")
  }

  @Test func `a head of another version, or longer than the file, is refused`() {
    let sound = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", bytes([1]))
    var other = sound
    other[6] = 4
    #expect(complaint(other).contains("version 1, 2 or 3 of the format, found 4"))
    var long = sound
    (long[8], long[9]) = (255, 255)
    #expect(complaint(long).contains("a header of at most"), "\(complaint(long))")
  }

  @Test func `NaN is refused with its place`() {
    let message = complaint(
      npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}", bytes([1, 2, .nan, 3])))
    #expect(message.contains("nan at (1, 0)"), "\(message)")
    #expect(complaint([0x50, 0x4B, 3, 4]).contains("unpack it first"))
  }

  @Test func `a mutated file is refused or read`() {
    let sound = npy(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", bytes([1, 2, 3, 4]))
    let text = Array(
      "%%MatrixMarket matrix coordinate real symmetric\n3 3 2\n1 1 2.5\n3 1 4e3\n".utf8)
    var generator = SeededRandom(seed: 5)
    var refused = 0
    for round in 0..<2000 {
      var bytes = round % 2 == 0 ? sound : text
      for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      if complaint(bytes) != "accepted" { refused += 1 }
    }
    #expect(refused > 200)
  }
}
