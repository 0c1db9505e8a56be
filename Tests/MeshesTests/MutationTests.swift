import Meshes
import TestSupport
import Testing

@Suite struct `Mutated mesh files` {
  /// Flips, deletes, doubles bytes or cuts the file, one to three times.
  private func mutate(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(bytes[place], at: place)
      case 4:
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      default: if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeSubrange(place...) }
      }
    }
    return bytes
  }

  @Test(arguments: GmshFile.Variant.all, [0, 3, 4, 6])
  func `a mutated file is refused or gives a valid mesh`(
    variant: GmshFile.Variant, index: Int
  ) throws {
    let sound = GmshFile(samples[index]).bytes(variant)
    var random = SeededRandom(seed: 20 + UInt64(index))
    var refused = 0
    for _ in 0..<(index < 4 ? 300 : 100) {
      let bytes = mutate(sound, &random)
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
