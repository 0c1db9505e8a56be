import Foundation
import Meshes
import TestSupport
import Testing

/// Two triangles of a square, a piece each, as text; the bottom goes with the first.
private let texts = [
  """
  <VTKFile type="UnstructuredGrid"><UnstructuredGrid><FieldData>
  <DataArray type="Int32" Name="region whole" format="ascii">0 2 0</DataArray>
  <DataArray type="Int32" Name="region rim" format="ascii">1 1 1</DataArray></FieldData>
  <Piece NumberOfPoints="3" NumberOfCells="2"><PointData>
  <DataArray type="Int64" Name="GlobalNodeId" format="ascii">0 1 2</DataArray></PointData><CellData>
  <DataArray type="Int64" Name="GlobalCellId" format="ascii">0 2</DataArray>
  <DataArray type="Int32" Name="region" format="ascii">0 1</DataArray></CellData><Points>
  <DataArray type="Float64" Name="Points" NumberOfComponents="3" format="ascii">
  0 0 0 1 0 0 0 1 0</DataArray></Points><Cells>
  <DataArray type="Int32" Name="connectivity" format="ascii">0 1 2 0 1</DataArray>
  <DataArray type="Int64" Name="offsets" format="ascii">3 5</DataArray>
  <DataArray type="UInt8" Name="types" format="ascii">5 3</DataArray></Cells></Piece>
  </UnstructuredGrid></VTKFile>
  """,
  """
  <VTKFile type="UnstructuredGrid"><UnstructuredGrid><FieldData>
  <DataArray type="Int32" Name="region whole" format="ascii">0 2 0</DataArray>
  <DataArray type="Int32" Name="region rim" format="ascii">1 1 1</DataArray></FieldData>
  <Piece NumberOfPoints="3" NumberOfCells="1"><PointData>
  <DataArray type="Int64" Name="GlobalNodeId" format="ascii">1 3 2</DataArray></PointData><CellData>
  <DataArray type="Int64" Name="GlobalCellId" format="ascii">1</DataArray>
  <DataArray type="Int32" Name="region" format="ascii">0</DataArray></CellData><Points>
  <DataArray type="Float64" Name="Points" NumberOfComponents="3" format="ascii">
  1 0 0 1 1 0 0 1 0</DataArray></Points><Cells>
  <DataArray type="Int32" Name="connectivity" format="ascii">0 1 2</DataArray>
  <DataArray type="Int64" Name="offsets" format="ascii">3</DataArray>
  <DataArray type="UInt8" Name="types" format="ascii">5</DataArray></Cells></Piece>
  </UnstructuredGrid></VTKFile>
  """,
]

@Suite struct `Damaged pieces` {
  private func read(_ pieces: [[UInt8]], _ wanted: [Int], in folder: URL) throws -> MeshPiece {
    for (k, bytes) in pieces.enumerated() {
      try Data(bytes).write(to: folder.appendingPathComponent("\(k).vtu"))
    }
    let path = folder.appendingPathComponent("a.pvtu").path
    try VTUFile(Box(size: [1, 1], cells: [1, 1]).mesh(), cells: .everyDimension)
      .index(of: pieces.indices.map { "\($0).vtu" }).write(to: path)
    var notes: [String] = []
    return try MeshPiece(reading: path, pieces: wanted, notes: &notes)
  }

  @Test func `pieces written as text are joined`() throws {
    try withFolder { folder in
      let both = try read(texts.map { Array($0.utf8) }, [0, 1], in: folder)
      #expect(both.points == [0, 1, 2, 3] && both.cells == [0, 1] && both.sides == [2])
      #expect(both.mesh.coordinates == [0, 0, 1, 0, 0, 1, 1, 1])
      #expect(both.mesh.blocks.map(\.connectivity) == [[0, 1, 2, 1, 3, 2], [0, 1]])
      let second = try read(texts.map { Array($0.utf8) }, [1], in: folder)
      #expect(second.points == [1, 2, 3] && second.cells == [1] && second.sides == [])
      #expect(second.mesh.regions.map(\.name) == ["whole", "rim"])
      #expect(second.mesh.regions.map(\.dimension) == [2, 1])
      #expect(second.mesh.regions.map(\.cellCount) == [1, 0])
    }
  }

  @Test(arguments: [
    ("0 2 0<", "0<", "the dimensions of the region 'whole' are not told"),
    ("0 2 0<", "0 2<", "the dimensions of the region 'whole' are not told"),
    ("0 2 0<", "0 7 0<", "a region has another dimension than 0 to 3"),
    ("1 1 1<", "1 0 1<", "the region 'rim' of dimension 1 is not told to all"),
    (">0 1 2<", ">-1 1 2<", "a number outside 0 to 2^31 − 2"),
    (">0 1 2<", ">0 1 2147483647<", "a number outside 0 to 2^31 − 2"),
    (">0 2<", ">0 3000000000<", "a number outside 0 to 2^31 − 2"),
    (">0 2<", ">0 0<", "cells have no numbers through all pieces (GlobalCellId), or some"),
    (
      "Int64\" Name=\"GlobalCellId\" format=\"ascii\">0 2",
      "Float64\" Name=\"GlobalCellId\" format=\"ascii\">0 2.5", "cells have no numbers"
    ),
  ])
  func `numbers and names that cannot be are refused`(
    old: String, new: String, expected: String
  ) throws {
    #expect(texts[0].contains(old))
    let text = texts[0].replacing(old, with: new, maxReplacements: 1)
    try withFolder { folder in
      let error = #expect(throws: MeshError.self) {
        try read([Array(text.utf8), Array(texts[1].utf8)], [0], in: folder)
      }
      #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
      #expect(error?.description.contains("ritz mesh partition") == true)
    }
  }

  @Test func `a mutated piece is refused or gives a valid one`() throws {
    var random = SeededRandom(seed: 77)
    var refused = 0
    try withFolder { folder in
      for _ in 0..<400 {
        let pieces = [ByteMutation.damaged(Array(texts[0].utf8), &random), Array(texts[1].utf8)]
        do {
          let piece = try read(pieces, [0, 1], in: folder)
          #expect(piece.points.count == piece.mesh.pointCount && piece.mesh.isPiece)
          #expect(zip(piece.points, piece.points.dropFirst()).allSatisfy { $0 < $1 })
          #expect(piece.cells.count == piece.mesh.cellCount)
          let lower = piece.mesh.blocks.filter { $0.dimension < piece.mesh.dimension }
          #expect(piece.sides.count == lower.reduce(0) { $0 + $1.cellCount })
        } catch {
          #expect(error is MeshError)
          refused += 1
        }
      }
    }
    #expect(refused > 100)
  }
}
