import ComplexModule
import Files
import LinearAlgebra
import Testing

private typealias Z = Complex<Double>

private func read(_ text: String) throws(FormatError) -> MatrixFile {
  try MatrixFile(bytes: Array(text.utf8), file: "a.mtx")
}

private func complaint(_ text: String) -> String {
  do throws(FormatError) {
    _ = try read(text)
    return "accepted"
  } catch { return error.description }
}

@Suite struct `MatrixMarket files` {
  @Test func `coordinates in any order are read, and entries of one place added`() throws {
    let file = try read(
      "\u{FEFF}%%MatrixMarket  MATRIX coordinate real general\r\n% made by hand\r\n\r\n"
        + "2\t3 4\r\n2 3 1.5D+1\r\n1 1 -2\r\n\r\n2 1 .5\r\n2 3 1e0")
    let a = try file.sparseMatrix(of: Double.self)
    #expect(a.rowCount == 2 && a.columnCount == 3 && file.isSparse && !file.isComplex)
    #expect(a.pattern.entryCount == 3)
    #expect(a[0, 0] == -2 && a[1, 0] == 0.5 && a[1, 2] == 16)
    let dense = try file.denseMatrix(of: Double.self)
    #expect(dense == DenseMatrix(rows: [[-2, 0, 0], [0.5, 0, 16]]))
    #expect(try file.denseMatrix(of: Z.self)[1, 2] == Z(16, 0))
  }

  @Test(arguments: ["2 1 3 4\n3 3 7 0\n", "1 2 3 4\n3 3 7 0\n"])
  func `one triangle of a symmetric matrix gives both`(entries: String) throws {
    func matrix(_ kind: String) throws -> DenseMatrix<Z> {
      try read("%%MatrixMarket matrix coordinate complex \(kind)\n3 3 2\n" + entries)
        .denseMatrix(of: Z.self)
    }
    let isLower = entries.hasPrefix("2")
    let (i, j) = isLower ? (1, 0) : (0, 1)
    let symmetric = try matrix("symmetric")
    #expect(symmetric[i, j] == Z(3, 4) && symmetric[j, i] == Z(3, 4) && symmetric[2, 2] == Z(7, 0))
    let hermitian = try matrix("Hermitian")
    #expect(hermitian == hermitian.adjoint() && hermitian[i, j] == Z(3, 4))
  }

  @Test func `skew-symmetric, pattern and integer matrices are read`() throws {
    let skew = try read("%%MatrixMarket matrix coordinate integer skew-symmetric\n2 2 1\n2 1 5\n")
      .denseMatrix(of: Double.self)
    #expect(skew == DenseMatrix(rows: [[0, -5], [5, 0]]))
    let pattern = try read("%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n1 1\n2 1\n")
      .denseMatrix(of: Double.self)
    #expect(pattern == DenseMatrix(rows: [[1, 1], [1, 0]]))
  }

  @Test func `arrays are read column after column`() throws {
    let general = try read("%%MatrixMarket matrix array real general\n2 3\n1\n2\n3\n4\n5\n6\n")
    #expect(
      try general.denseMatrix(of: Double.self) == DenseMatrix(rows: [[1, 3, 5], [2, 4, 6]]))
    let symmetric = try read("%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n")
    #expect(try symmetric.denseMatrix(of: Double.self) == DenseMatrix(rows: [[1, 2], [2, 3]]))
    let skew = try read("%%MatrixMarket matrix array real skew-symmetric\n2 2\n4\n")
    #expect(try skew.denseMatrix(of: Double.self) == DenseMatrix(rows: [[0, -4], [4, 0]]))
    let hermitian = try read("%%MatrixMarket matrix array complex hermitian\n2 2\n1 0\n2 1\n3 0\n")
    let z = try hermitian.denseMatrix(of: Z.self)
    #expect(z == z.adjoint() && z[1, 0] == Z(2, 1))
    let vector = try read("%%MatrixMarket matrix array real general\n3 1\n1\n2\n3\n")
    #expect(try vector.vector(of: Double.self) == [1, 2, 3])
    #expect(try vector.sparseMatrix(of: Double.self).values == [1, 2, 3])
  }

  @Test(arguments: [
    ("2 2 1\n0 1 5\n", "a.mtx:3: expected a row from 1 to 2"),
    (
      "2 2 1\n1 3 5\n", "a.mtx:3: expected a row from 1 to 2 and a column from 1 to 2, found (1, 3)"
    ),
    ("2 2 2\n1 1 5.000\n", "a.mtx:4: expected 2 entries, found the end of the file after 1"),
    ("2 2 1\n1 1 5\n2 2 5\n", "a.mtx:4: expected the end of the file after 1 entries"),
    ("2 2 99999999\n1 1 5\n", "as many entries as"),
    ("2000000000 2000000000 1\n1 1 5\n", "of which this file could fill a part"),
    ("2 2 1\n1 1 0,5\n", "a.mtx:3: expected an entry, a decimal number, found '0,5'"),
    ("2 2 1\n1 1 1e400\n", "a.mtx:3: expected an entry, finite"),
    ("2 2 1\n1 1 nan\n", "a.mtx:3: expected an entry, a decimal number"),
    ("2 2 1\n1 1 5 6\n", "a.mtx:3: expected the end of the line, found '6'"),
    ("2 -2 1\n1 1 5\n", "the number of columns, from 0"),
    ("2 2 1\n1 1 \u{0}5\n", "found '\\x005'"),
    ("x 2 1\n1 1 5\n", "a.mtx:2: expected the number of rows, found 'x'"),
    ("3000000000 1 0\n", "the number of rows, from 0 to 2^31 − 2"),
    ("2 2 x\n", "a.mtx:2: expected the number of entries"),
    ("2 2 1\nx 1 5\n", "a.mtx:3: expected the row of an entry"),
    ("2 2 1\n1 x 5\n", "a.mtx:3: expected the column of an entry"),
  ])
  func `what is wrong is refused with its line`(text: String, expected: String) {
    let message = complaint("%%MatrixMarket matrix coordinate real general\n" + text)
    #expect(message.contains(expected), "\(message)")
  }

  @Test(arguments: [
    ("%%MatrixMarket matrix coordinate real hermitian\n1 1 1\n1 1 1\n", "complex numbers"),
    ("%%MatrixMarket matrix array pattern general\n1 1\n", "pattern matrix with coordinates"),
    ("%%MatrixMarket matrix coordinate real symmetric\n2 3 0\n", "a square matrix"),
    (
      "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 2 1\n2 1 1\n",
      "a.mtx:4: expected one triangle"
    ),
    (
      "%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 1\n",
      "no entry on the diagonal"
    ),
    ("%%MatrixMarket matrix coordinate quaternion general\n1 1 0\n", "real, integer, complex"),
    ("%%MatrixMarket matrix array integer general\n1 1\n1.5\n", "a whole number"),
    ("", "expected %%MatrixMarket"), ("\u{1F}", "expected %%MatrixMarket"),
    ("%%MatrixMarket vector coordinate real general\n", "the object: matrix"),
    ("%%MatrixMarket matrix sparse real general\n", "the layout: coordinate, array"),
    ("%%MatrixMarket matrix coordinate real lower\n", "the symmetry: general, symmetric"),
    (
      "%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 2 x\n",
      "the imaginary part of an entry"
    ),
    (
      "%%MatrixMarket matrix coordinate complex hermitian\n1 1 1\n1 1 2 3\n",
      "found the imaginary part 3.0 at (1, 1)"
    ),
    (
      "%%MatrixMarket matrix array real general\n2 1\n1.00000\n",
      "all entries of a matrix of 2 × 1, found the end of the file"
    ),
  ])
  func `a head that contradicts itself is refused`(text: String, expected: String) {
    #expect(complaint(text).contains(expected), "\(complaint(text))")
  }

  @Test func `what is no vector, or too large for one, is said`() throws {
    let head = "%%MatrixMarket matrix coordinate real general\n"
    let matrix = try read(head + "2 2 1\n1 1 5\n")
    let error = #expect(throws: FormatError.self) { try matrix.vector(of: Double.self) }
    #expect(error?.description == "a.mtx: a matrix of 2 × 2 where a vector is needed")
    let sparse = try read(head + "30000 30000 1\n1 1 5\n")
    let wide = #expect(throws: FormatError.self) { try sparse.denseMatrix(of: Double.self) }
    #expect(wide?.description.contains("has no place as a dense one") == true)
    let gz = #expect(throws: FormatError.self) {
      try MatrixFile(bytes: [0x1F, 0x8B, 8], file: "a.mtx.gz")
    }
    #expect(gz?.description.contains("a packed file (.gz or .npz) is not supported") == true)
    let complex = try read("%%MatrixMarket matrix array complex general\n1 1\n1 2\n")
    let real = #expect(throws: FormatError.self) { try complex.vector(of: Double.self) }
    #expect(real?.description.contains("complex entries where real ones are needed") == true)
  }

  @Test func `complex entries are not taken for real ones`() throws {
    let file = try read("%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 2 3\n")
    #expect(throws: FormatError.self) { try file.sparseMatrix(of: Double.self) }
    #expect(throws: FormatError.self) { try file.vector(of: Double.self) }
    #expect(try file.vector(of: Z.self) == [Z(2, 3)])
  }
}
