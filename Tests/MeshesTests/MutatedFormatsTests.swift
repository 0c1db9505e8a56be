import Meshes
import TestSupport
import Testing

private let deck = """
  ** a deck with everything
  *NODE, NSET=all
  1,0,0,0
  2,1,0,0
  3,1,1,0
  4,0,1,0
  5,0,0,1
  6,1,0,1
  7,1,1,1
  8,0,1,1
  *ELEMENT, TYPE=C3D8R, ELSET=body
  1,1,2,3,4,
  5,6,7,8
  *NSET, NSET=gen, GENERATE
  1,8,2
  *ELSET, ELSET=named
  body
  *SURFACE, NAME=top
  body, S2
  *SOLID SECTION, ELSET=body, MATERIAL=iron
  *PART, NAME=p
  *NODE
  1,5,0
  2,6,0
  3,6,1
  4,5,0,1
  *ELEMENT, TYPE=C3D4
  1,1,2,3,4
  *END PART
  *INSTANCE, NAME=i, PART=p
  1,2,3
  0,0,0,0,0,1,30
  *END INSTANCE
  *STEP
  1,2
  """

private let xdmf = """
  <Xdmf><Domain><Grid Name="mesh"><Geometry GeometryType="XY"><DataItem Dimensions="4 2" Format="XML">
  0 0 1 0 1 1 0 1</DataItem></Geometry><Topology TopologyType="Mixed"><DataItem NumberType="Int"
  Dimensions="9" Format="XML">4 0 1 2 5 0 1 2 3</DataItem></Topology></Grid></Domain></Xdmf>
  """

@Suite struct `Mutated files of other programs` {
  private static let samples: [(name: String, bytes: [UInt8])] =
    [("m.inp", Array(deck.utf8)), ("m.xdmf", Array(xdmf.utf8))]
    + [0, 3, 10, 15, 20, 24, 30].map {
      ("m.vtu", VTUText.sample(VTUText.Encoding.all[$0]))
    }

  @Test(arguments: samples.indices)
  func `a mutated file is refused or gives a valid mesh`(index: Int) {
    let (name, sound) = Self.samples[index]
    var random = SeededRandom(seed: 40 + UInt64(index))
    var refused = 0
    for _ in 0..<400 {
      let bytes = ByteMutation.damaged(sound, &random)
      var notes: [String] = []
      do {
        let mesh = try Mesh(bytes: bytes, file: name, notes: &notes)
        #expect(mesh.coordinates.allSatisfy { $0.isFinite })
        for block in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
          #expect(mesh.cellMeasures(ofBlock: block).allSatisfy { $0 > 0 && $0.isFinite })
        }
        #expect(!MeshReport(mesh, notes: notes).description.isEmpty)
      } catch {
        #expect("\(error)".contains(name))
        refused += 1
      }
    }
    #expect(refused > 20)
  }
}
