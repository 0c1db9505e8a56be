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

  /// "seen from below", where there are several views.
  func words(_ view: View) -> String {
    views.count > 1 ? ", seen from \(view.rawValue)" : ""
  }

  /// The regions in colours of their own.
  func mesh(from view: View) -> String {
    var picture = FieldPicture(
      title: "", points: surface.coordinates, dimension: surface.dimension,
      triangles: surface.triangles,
      content: .regions(surface.regions, names: surface.regionNames))
    // Lines of more triangles than this would cover the colours.
    picture.showsMesh = surface.triangles.count < 3 * 60_000
    picture.owners = surface.owners
    picture.size = surface.dimension == 2 ? 430 : 340
    picture.camera = view.camera
    return picture.svg()
  }

  /// The subdomains in colours of their own, in turn where they are many.
  ///
  /// - Parameter field: The number of the subdomain at each point of the mesh, or NaN, in one of its
  ///   components at least.
  func partition(_ field: StudyField, count: Int, from view: View) -> String {
    let width = field.width
    let numbers = surface.meshPoints.map { point in
      (0..<width).map { field.values[Int(point) * width + $0] }.first { !$0.isNaN } ?? .nan
    }
    let colours = min(count, 12)
    let triangles = surface.triangles
    let regions = stride(from: 0, to: triangles.count, by: 3).map { first -> Int32 in
      let corners = (first..<first + 3).map { numbers[Int(triangles[$0])] }
      // The subdomain of most of its corners; the first one's where all differ.
      let known = corners.filter { !$0.isNaN }
      let owner = known.first { candidate in known.count { $0 == candidate } > 1 } ?? known.first
      return owner.map { Int32($0) % Int32(colours) } ?? -1
    }
    var picture = FieldPicture(
      title: "", points: surface.coordinates, dimension: surface.dimension, triangles: triangles,
      content: .regions(
        regions,
        names: (0..<colours).map { colour in
          let all = stride(from: colour, to: count, by: colours).map { "\($0 + 1)" }
          return all.prefix(3).joined(separator: ", ") + (all.count > 3 ? ", …" : "")
        }))
    picture.owners = surface.owners
    picture.size = surface.dimension == 2 ? 430 : 340
    picture.camera = view.camera
    return picture.svg()
  }

  /// What is drawn of a field of several components: one number at a point.
  struct Quantity: Sendable {
    /// Its name: "u", "|u|", "σ xx".
    let name: String
    /// The numbers at the points of the mesh.
    let values: [Double]
    /// Whether zero stands out.
    let isSigned: Bool
  }

  /// The quantities of a field: itself, the length of a displacement, or a component.
  static func quantities(of field: StudyField) -> [Quantity] {
    if field.components.isEmpty {
      return [Quantity(name: field.name, values: field.values, isSigned: false)]
    }
    let width = field.width
    let count = field.values.count / width
    if field.role == .displacement {
      let lengths = (0..<count).map { point in
        (0..<width).reduce(0) { sum, c in
          let x = field.values[point * width + c]
          return sum + x * x
        }.squareRoot()
      }
      return [Quantity(name: "|\(field.name)|", values: lengths, isSigned: false)]
    }
    return field.components.enumerated().map { c, component in
      Quantity(
        name: "\(field.name) \(component)",
        values: (0..<count).map { field.values[$0 * width + c] }, isSigned: false)
    }
  }

  /// How far displaced points are drawn from their places: the largest displacement becomes a twelfth
  /// of the body, or is drawn as it is where it is that large.
  ///
  /// - Parameter isMode: Whether its size means nothing; then the largest is a twelfth in any case.
  func magnification(of displacement: StudyField, isMode: Bool = false) -> Double {
    let largest = displacement.values.reduce(0) { max($0, $1.isNaN ? 0 : abs($1)) }
    var size = 0.0
    for axis in 0..<surface.dimension {
      let along = stride(from: axis, to: surface.coordinates.count, by: surface.dimension)
        .map { surface.coordinates[$0] }
      size = max(size, (along.max() ?? 0) - (along.min() ?? 0))
    }
    return largest > 0 && (isMode || largest < size / 12) ? size / 12 / largest : 1
  }

  /// A field drawn between the corners of the cells.
  ///
  /// - Parameters:
  ///   - range: Of the colours; nil for that of the values.
  ///   - displacement: Moves the points, with its magnification.
  func field(
    _ quantity: Quantity, title: String, from view: View = .above,
    range: ClosedRange<Double>? = nil,
    moved displacement: (field: StudyField, magnification: Double)? = nil
  ) -> String {
    var places = surface.coordinates
    if let (field, scale) = displacement {
      let d = surface.dimension
      for (i, point) in surface.meshPoints.enumerated() {
        for axis in 0..<min(d, field.width) {
          let moved = field.values[Int(point) * field.width + axis]
          if !moved.isNaN { places[i * d + axis] += scale * moved }
        }
      }
    }
    var picture = FieldPicture(
      title: title, points: places, dimension: surface.dimension, triangles: surface.triangles,
      content: .field(
        surface.meshPoints.map { quantity.values[Int($0)] },
        map: quantity.isSigned ? .diverging : .sequential, range: range, label: quantity.name))
    picture.camera = view.camera
    picture.owners = surface.owners
    picture.contourCount = surface.dimension == 2 && !quantity.isSigned ? 9 : 0
    return picture.svg()
  }
}
