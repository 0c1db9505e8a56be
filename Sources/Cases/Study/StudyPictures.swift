internal import Meshes
internal import Plots

/// The pictures of a study: the mesh with its regions, fields and modes.
struct StudyPictures: Sendable {
  private let surface: MeshSurface

  init(_ mesh: Mesh) { surface = MeshSurface(mesh) }

  /// From where solids are seen: what is hot is often below.
  enum View: String, CaseIterable {
    case above
    case below

    var camera: Camera { Camera(elevation: self == .above ? 28 : -28) }
  }

  /// The views worth drawing: one in the plane, two of a solid.
  var views: [View] { surface.dimension == 2 ? [.above] : View.allCases }

  /// The regions in colours of their own.
  func mesh(from view: View) -> String {
    var picture = FieldPicture(
      title: "", points: surface.coordinates, dimension: surface.dimension,
      triangles: surface.triangles,
      content: .regions(surface.regions, names: surface.regionNames))
    // Lines of more triangles than this would cover the colours.
    picture.showsMesh = surface.triangles.count < 3 * 60_000
    picture.size = surface.dimension == 2 ? 430 : 340
    picture.camera = view.camera
    return picture.svg()
  }

  /// A field given at all points of the mesh, drawn between the corners of the cells.
  func field(
    _ values: [Double], title: String, label: String, isSigned: Bool = false,
    from view: View = .above
  ) -> String {
    let drawn = surface.meshPoints.map { values[Int($0)] }
    var picture = FieldPicture(
      title: title, points: surface.coordinates, dimension: surface.dimension,
      triangles: surface.triangles,
      content: .field(
        drawn, map: isSigned ? .diverging : .sequential, range: nil, label: label))
    picture.camera = view.camera
    picture.contourCount = surface.dimension == 2 && !isSigned ? 9 : 0
    return picture.svg()
  }
}
