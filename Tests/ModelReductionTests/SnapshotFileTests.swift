import Files
import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

private func complaint(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "accepted"
  } catch { return "\(error)" }
}

private func numpy(
  _ shape: String, _ data: [UInt8], type: String = "<f8", isFortran: Bool = false
) -> [UInt8] {
  let text =
    "{'descr': '\(type)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': \(shape), }\n"
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + data
}

private func bytes(_ values: [Double]) -> [UInt8] {
  values.flatMap { value in
    (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
  }
}

@Suite struct `Snapshots in arrays of numpy` {
  @Test(.enabled(if: PythonNeighbour.isThere))
  func `every number type in either order gives the numbers numpy has`() throws {
    try inFolder { folder in
      try PythonNeighbour.run(
        """
        import numpy as n
        a = n.arange(-6, 9).reshape(5, 3) * 3 % 7
        for t in ['f2','f4','f8','i1','i2','i4','i8','u1','u2','u4','u8','?']:
          for e in '<>':
            for o in 'CF':
              n.save(f'{t.replace("?","b")}{"LB"[e==">"]}{o}.npy', n.asarray(a, dtype=e+t, order=o))
        n.savez('a.npz', u=a.astype('f4'), v=n.asfortranarray(a*1.0))
        n.savez_compressed('b.npz', u=a.astype('f4'))
        """, in: folder)
      var expected = DenseMatrix<Double>(rowCount: 5, columnCount: 3)
      for i in 0..<5 {
        for j in 0..<3 { expected[i, j] = Double(((i * 3 + j - 6) * 3 % 7 + 7) % 7) }
      }
      for type in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b"] {
        for end in ["L", "B"] {
          for order in ["C", "F"] {
            let file = try ArrayFiles.open("\(folder)/\(type)\(end)\(order).npy")
            var wanted = expected
            if type == "b" {
              for k in wanted.values.indices where wanted.values[k] != 0 {
                wanted.values[k] = 1
              }
            }
            #expect(try file.snapshots(0..<3) == wanted, "\(type)\(end)\(order)")
            #expect(try file.read(rows: 1..<4, of: 1..<3) == wanted.rows(1..<4).columns(1..<3))
            #expect(try file.read(rows: 4..<5, of: 2..<3).values == [wanted[4, 2]])
            if case .wholeRows = file.access {
              #expect(order == "C")
            } else {
              #expect(order == "F")
            }
            let precision = type == "f2" ? 0x1p-11 : type == "f4" ? 0x1p-24 : 0x1p-53
            #expect(file.precision == precision)
            let rows = try ArrayFiles.open(
              "\(folder)/\(type)\(end)\(order).npy", orientation: .rows)
            #expect(try rows.snapshots(0..<5) == wanted.transposed())
          }
        }
      }
      #expect(try ArrayFiles.open("\(folder)/a.npz:v").snapshots(0..<3) == expected)
      #expect(try ArrayFiles.open("\(folder)/b.npz").snapshots(0..<3) == expected)
      let several = complaint { _ = try ArrayFiles.open("\(folder)/a.npz") }
      #expect(several.contains("several arrays, 'u', 'v'"), "\(several)")
      let unknown = complaint { _ = try ArrayFiles.open("\(folder)/a.npz:w") }
      #expect(unknown.contains("no array 'w'; there are 'u', 'v'"), "\(unknown)")
    }
  }

  @Test func `large arrays are the same in one piece and in parts`() throws {
    try inFolder { folder in
      // Beyond the pieces that threads take, in both orders.
      let (n, m) = (70_001, 7)
      let values = (0..<n * m).map { Double($0 &* 7919 % 10_007) }
      try FileBytes.write(numpy("(\(n), \(m))", bytes(values)), to: "\(folder)/c.npy")
      try FileBytes.write(
        numpy("(\(n), \(m))", bytes(values), isFortran: true), to: "\(folder)/f.npy")
      let byRows = try ArrayFiles.open("\(folder)/c.npy")
      let byColumns = try ArrayFiles.open("\(folder)/f.npy")
      let c = try byRows.snapshots(0..<m)
      #expect(c == DenseMatrix(rowCount: m, columnCount: n, values: values).transposed())
      #expect(
        try byColumns.snapshots(0..<m)
          == DenseMatrix(rowCount: n, columnCount: m, values: values))
      #expect(try byRows.read(rows: 9..<69_999, of: 5..<6) == c.rows(9..<69_999).columns(5..<6))
      let f = try byColumns.snapshots(2..<5)
      #expect(try byColumns.read(rows: 9..<69_999, of: 2..<5) == f.rows(9..<69_999))
      #expect(try byColumns.range(memory: 1 << 16) == 0...10_006)
      #expect(try byRows.range(memory: 1 << 16) == 0...10_006)
    }
  }

  @Test func `a number that is not finite is told with row and snapshot`() throws {
    try inFolder { folder in
      let values = [1, 2, 3, 4, .infinity, 6]
      for (isFortran, row, snapshot) in [(false, 1, 1), (true, 1, 1)] {
        let data = isFortran ? [1, 4, 2, .infinity, 3, 6] : values
        try FileBytes.write(
          numpy("(2, 3)", bytes(data), isFortran: isFortran), to: "\(folder)/a.npy")
        let file = try ArrayFiles.open("\(folder)/a.npy")
        #expect(
          throws: SnapshotError.notFinite(
            value: .infinity, row: row, snapshot: snapshot, source: "\(folder)/a.npy")
        ) { try file.snapshots(0..<3) }
        #expect(try file.snapshots(2..<3).values == [3, 6])
      }
    }
  }

  @Test func `complex numbers, missing and changed files are refused with the cure`() throws {
    try inFolder { folder in
      let path = "\(folder)/a.npy"
      try FileBytes.write(numpy("(1,)", bytes([1, 2]), type: "<c16"), to: path)
      #expect(complaint { _ = try ArrayFiles.open(path) }.contains("a.real, a.imag"))
      #expect(complaint { _ = try ArrayFiles.open("\(folder)/no.npy") }.contains("No such file"))
      try FileBytes.write(numpy("(2,)", bytes([1, 2])), to: path)
      let file = try ArrayFiles.open(path)
      try FileBytes.write(numpy("(3,)", bytes([1, 2, 3])), to: path)
      #expect(complaint { _ = try file.snapshots(0..<1) }.contains("has changed"))
      #expect(complaint { _ = try ArrayFiles.open("\(path):x") }.contains("has no parts"))
    }
  }
}

@Suite struct `Snapshots in other files of numbers` {
  @Test(.enabled(if: PythonNeighbour.isThere))
  func `datasets of HDF5 are read by rectangles`() throws {
    try inFolder { folder in
      try PythonNeighbour.run(
        """
        import numpy as n, h5py
        a = n.arange(60.0).reshape(12, 5)
        with h5py.File('a.h5', 'w') as f:
          f['u/plain'] = a.astype('f4')
          f.create_dataset('u/packed', data=a, chunks=(4, 1), compression='gzip', shuffle=True)
          f.create_dataset('u/rows', data=a, chunks=(4, 5))
          f['whole'] = n.arange(3, dtype='i2')
          f['cube'] = n.zeros((2, 2, 2))
          f['name'] = 'text'
        with h5py.File('one.h5', 'w') as f: f['only'] = a; f['other'] = n.zeros(3)
        """, in: folder)
      let expected = DenseMatrix(
        rowCount: 5, columnCount: 12, values: (0..<60).map { Double($0) }
      ).transposed()
      for (name, precision) in [("u/plain", 0x1p-24), ("u/packed", 0x1p-53), ("/u/rows", 0x1p-53)] {
        let file = try ArrayFiles.open("\(folder)/a.h5:\(name)")
        #expect(try file.snapshots(0..<5) == expected && file.precision == precision)
        #expect(try file.read(rows: 3..<9, of: 2..<4) == expected.rows(3..<9).columns(2..<4))
        let rows = try ArrayFiles.open("\(folder)/a.h5:\(name)", orientation: .rows)
        #expect(
          try rows.read(rows: 1..<5, of: 7..<8) == expected.transposed().rows(1..<5).columns(7..<8))
      }
      #expect(try ArrayFiles.open("\(folder)/a.h5:whole").snapshots(0..<1).values == [0, 1, 2])
      #expect(try ArrayFiles.open("\(folder)/one.h5").snapshots(0..<5) == expected)
      let several = complaint { _ = try ArrayFiles.open("\(folder)/a.h5") }
      #expect(several.contains("'/u/packed', '/u/plain', '/u/rows'"), "\(several)")
      #expect(complaint { _ = try ArrayFiles.open("\(folder)/a.h5:cube") }.contains("3 dimensions"))
    }
  }

  @Test func `tables and MatrixMarket files are told by their content`() throws {
    let table = try TextSnapshots(bytes: Array("a,b\n1,2.5\n3,4e1\n".utf8), file: "a.csv")
    #expect(try table.snapshots(0..<2) == DenseMatrix(rows: [[1, 2.5], [3, 40]]))
    #expect(table.precision == 0x1p-53)
    let rounded = try TextSnapshots(bytes: Array("0.1234567,-12.34568\n".utf8), file: "a.csv")
    #expect(abs(rounded.precision / 5e-7 - 1) < 1e-12)
    let array = try TextSnapshots(
      bytes: Array("%%MatrixMarket matrix array real general\n2 1\n7\n8\n".utf8), file: "a.mtx",
      orientation: .rows)
    #expect(try array.snapshots(0..<1).values == [7, 8])
    let sparse = try TextSnapshots(
      bytes: Array("%%MatrixMarket matrix coordinate real general\n2 2 1\n2 1 5\n".utf8),
      file: "a.mtx", orientation: .rows)
    #expect(try sparse.snapshots(0..<2) == DenseMatrix(rows: [[0, 5], [0, 0]]))
    #expect(
      complaint { _ = try TextSnapshots(bytes: Array("1,2\n1,x\n".utf8), file: "a.csv") }
        .contains("a.csv:2: expected a finite decimal number, found 'x' in column 2"))
  }

  @Test func `files stand side by side, and other lengths are refused with both names`() throws {
    try inFolder { folder in
      try FileBytes.write(numpy("(3,)", bytes([1, 2, 3])), to: "\(folder)/a.npy")
      try FileBytes.write("4,7\n5,8\n6,9\n", to: "\(folder)/b.csv")
      try FileBytes.write(numpy("(3, 1)", bytes([10, 11, 12])), to: "\(folder)/c.npy")
      let names = ["a.npy", "b.csv", "c.npy"].map { "\(folder)/\($0)" }
      let joined = try ArrayFiles.open(names)
      #expect(joined.count == 4 && joined.dimension == 3 && joined.starts == [0, 1, 3, 4])
      #expect(try joined.snapshots(0..<4).values == (1...12).map(Double.init))
      #expect(try joined.read(rows: 1..<2, of: 2..<4).values == [8, 11])
      try FileBytes.write("1\n2\n", to: "\(folder)/d.csv")
      let message = complaint { _ = try ArrayFiles.open(names + ["\(folder)/d.csv"]) }
      #expect(
        message == "\(folder)/d.csv: found snapshots of 2 numbers, expected 3 as in \(names[0])")
      #expect(complaint { _ = try ArrayFiles.open([String]()) }.contains("no snapshots"))
      try FileBytes.write(numpy("(3, 0)", []), to: "\(folder)/e.npy")
      #expect(complaint { _ = try ArrayFiles.open(["\(folder)/e.npy"]) }.contains("no snapshots"))
    }
  }

  @Test(.enabled(if: PythonNeighbour.isThere))
  func `a damaged file is refused or read`() throws {
    try inFolder { folder in
      try PythonNeighbour.run(
        """
        import numpy as n, h5py
        a = n.arange(12.0).reshape(4, 3)
        n.save('a.npy', a.astype('>f4')); n.savez('a.npz', a=a); n.savez_compressed('b.npz', a=a, b=a)
        h5py.File('a.h5', 'w').create_dataset('a', data=a, chunks=(2, 2), compression='gzip')
        n.savetxt('a.csv', a, delimiter=',')
        """, in: folder)
      var random = SeededRandom(seed: 11)
      for name in ["a.npy", "a.npz", "b.npz", "a.csv", "a.h5"] {
        let sound = try FileBytes.read("\(folder)/\(name)")
        var refused = 0
        for _ in 0..<400 {
          let path = "\(folder)/x-\(name)"
          try UpdatableFile(path, .emptied).write(ByteMutation.damaged(sound, &random), at: 0)
          let text = name == "b.npz" ? "\(path):a" : path
          let found = complaint {
            let file = try ArrayFiles.open(text)
            _ = try file.snapshots(0..<min(file.count, 10))
          }
          if found != "accepted" { refused += 1 }
        }
        #expect(refused > 40, "\(name)")
      }
    }
  }
}
