import Meshes
import TestSupport
import Testing

@Suite struct `Mutated mesh files` {
  @Test(arguments: GmshFile.Variant.all, [0, 3, 4, 6])
  func `a mutated file is refused or gives a valid mesh`(
    variant: GmshFile.Variant, index: Int
  ) throws {
    let sound = GmshFile(samples[index]).bytes(variant)
    var random = SeededRandom(seed: 20 + UInt64(index))
    var refused = 0
    for _ in 0..<(index < 4 ? 300 : 100) {
      let bytes = ByteMutation.damaged(sound, &random)
      var notes: [String] = []
      do {
        let mesh = try Mesh(bytes: bytes, file: "mutated.msh", notes: &notes)
        #expect(mesh.coordinates.allSatisfy { $0.isFinite })
        for block in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
          #expect(mesh.cellMeasures(ofBlock: block).allSatisfy { $0 > 0 && $0.isFinite })
        }
        #expect(!MeshReport(mesh, notes: notes).description.isEmpty)
      } catch {
        #expect(error.description.contains("mutated.msh"))
        refused += 1
      }
    }
    #expect(refused > 10)
  }
}
