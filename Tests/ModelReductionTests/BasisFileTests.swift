import Files
import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

private func sample() -> BasisFile {
  var basis = BasisFile(
    modes: DenseMatrix(rows: [[1, 0], [0, 0.6], [0, 0.8]]), singularValues: [3, 2, 0.5])
  basis.coefficients = DenseMatrix(rows: [[1, 2, 3], [4, 5, 6]])
  basis.mean = [0.1, 0.2, 0.3]
  basis.weights = [1, 2, 3]
  basis.product = "L² (lumped)"
  basis.parameterNames = ["µ", "load"]
  basis.parameters = DenseMatrix(rows: [[1, 2], [3, 4], [5, 6]])
  basis.points = [2, 0]
  basis.interpolationModes = DenseMatrix(rows: [[1, 0], [0.5, 1], [0.25, 0.125]])
  basis.tolerance = 1e-6
  basis.software = "Ritz 1"
  return basis
}

@Suite struct `Bases in files` {
  @Test(arguments: ["b.npz", "b.h5"])
  func `everything comes back to the bit`(name: String) throws {
    try inFolder { folder in
      let path = "\(folder)/\(name)"
      #expect(try sample().write(to: path).isEmpty)
      #expect(try BasisFile(reading: path) == sample())
      let plain = BasisFile(modes: DenseMatrix(rowCount: 4, columnCount: 0))
      try plain.write(to: path)
      #expect(try BasisFile(reading: path) == plain)
    }
  }

  @Test func `an array alone holds the modes and says what it cannot hold`() throws {
    try inFolder { folder in
      let path = "\(folder)/b.npy"
      let losses = try sample().write(to: path)
      #expect(losses.count == 1)
      let read = try BasisFile(reading: path)
      #expect(read.modes == sample().modes)
    }
  }

  @Test(.enabled(if: PythonNeighbour.isThere))
  func `numpy and h5py open them`() throws {
    try inFolder { folder in
      for name in ["b.npy", "b.npz", "b.h5"] { try sample().write(to: "\(folder)/\(name)") }
      let text = try PythonNeighbour.run(
        """
        import numpy as n, h5py, zipfile
        m = n.array([[1, 0], [0, .6], [0, .8]])
        assert (n.load('b.npy') == m).all()
        z = n.load('b.npz', allow_pickle=False)
        assert zipfile.ZipFile('b.npz').testzip() is None
        assert (z['modes'] == m).all() and z['coefficients'][1, 2] == 6 and z['tolerance'] == 1e-6
        assert str(z['product']) == 'L² (lumped)' and str(z['parameterNames']) == 'µ\\nload'
        h = h5py.File('b.h5')
        assert (h['modes'][:] == m).all() and h['coefficients'][1, 2] == 6
        assert h['parameters'][2, 0] == 5 and list(h['singularValues']) == [3, 2, .5]
        p = h.attrs['product']
        assert (p.decode() if isinstance(p, bytes) else p) == 'L² (lumped)'
        assert h.attrs['tolerance'] == 1e-6
        print('opened')
        """, in: folder)
      #expect(text == "opened\n")
    }
  }

  @Test(.enabled(if: PythonNeighbour.isThere))
  func `archives with sizes of 64 bits open as others do`() throws {
    try inFolder { folder in
      let path = "\(folder)/wide.npz"
      // Every size and place counts as large: what a file beyond 4 GB holds, in a small one.
      var archive = ZipWriter(try UpdatableFile(path, .emptied), limit: 1)
      try archive.add("a.npy", [.bytes(NumpyHead.bytes(shape: [2])), .numbers([1.5, 2.5])])
      try archive.add("b.npy", [.bytes(NumpyHead.bytes(shape: [1])), .numbers([3])])
      try archive.finish()
      #expect(try ArrayFiles.open("\(path):a").snapshots(0..<1).values == [1.5, 2.5])
      #expect(try ArrayFiles.open("\(path):b").snapshots(0..<1).values == [3])
      try PythonNeighbour.run(
        "import numpy as n; z = n.load('wide.npz'); assert list(z['a']) == [1.5, 2.5] and z['b'] == 3",
        in: folder)
    }
  }

  @Test func `parts that do not fit together are refused`() throws {
    try inFolder { folder in
      var basis = sample()
      basis.mean = [1]
      #expect(throws: SnapshotError.self) { try basis.write(to: "\(folder)/b.npz") }
      basis = sample()
      basis.modes[1, 1] = .nan
      #expect(throws: SnapshotError.self) { try basis.write(to: "\(folder)/b.npz") }
      #expect(!FileBytes.isReadable("\(folder)/b.npz"))
      try FileBytes.write("nothing", to: "\(folder)/c.h5")
      #expect(throws: SnapshotError.self) { try BasisFile(reading: "\(folder)/c.h5") }
    }
  }

  @Test(arguments: ["b.npz", "b.h5"])
  func `a damaged file is refused or read`(name: String) throws {
    try inFolder { folder in
      let path = "\(folder)/\(name)"
      try sample().write(to: path)
      let sound = try FileBytes.read(path)
      var random = SeededRandom(seed: 3)
      var refused = 0
      for _ in 0..<400 {
        try UpdatableFile(path, .emptied).write(ByteMutation.damaged(sound, &random), at: 0)
        if (try? BasisFile(reading: path)) == nil { refused += 1 }
      }
      #expect(refused > 100)
    }
  }
}
