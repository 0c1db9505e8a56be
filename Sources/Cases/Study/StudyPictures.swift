internal import FiniteElements
internal import Meshes
internal import Plots

/// The pictures of a study: the mesh with its regions, fields and modes.
struct StudyPictures: Sendable {
  private let surface: MeshSurface
  private let dofs: [Int32]

  init(_ space: FunctionSpace) {
    let plot = space.plotMesh()
    surface = MeshSurface(plot.mesh)
    dofs = plot.dofs
  }

  /// The regions in colours of their own.
  func mesh() -> String {
    var picture = FieldPicture(
      title: "", points: surface.coordinates, dimension: surface.dimension,
      triangles: surface.triangles,
      content: .regions(surface.regions, names: surface.regionNames))
    // Lines of more triangles than this would cover the colours.
    picture.showsMesh = surface.triangles.count < 3 * 60_000
    picture.size = 430
    return picture.svg()
  }

  /// A field given at all degrees of freedom, drawn between the corners of the cells.
  func field(_ values: [Double], title: String, label: String, isSigned: Bool = false) -> String {
    let drawn = surface.meshPoints.map { point in
      let dof = dofs[Int(point)]
      return dof < 0 ? Double.nan : values[Int(dof)]
    }
    var picture = FieldPicture(
      title: title, points: surface.coordinates, dimension: surface.dimension,
      triangles: surface.triangles,
      content: .field(
        drawn, map: isSigned ? .diverging : .sequential, range: nil, label: label))
    picture.contourCount = surface.dimension == 2 && !isSigned ? 9 : 0
    return picture.svg()
  }
}
