internal import ComplexModule
internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// How the fields of a saved model are drawn from the values of its unknowns: an attachment of its
/// file. Unknown `components · d + c` is component c at the d-th place of the stored mesh.
struct SavedFields: Sendable {
  /// The name of the field.
  let name: String
  /// The names of its components; empty for a scalar.
  let components: [String]
  /// Whether it displaces the body.
  let isDisplacement: Bool

  /// The field called u of a scalar problem.
  static let scalar = SavedFields(name: "u", components: [], isDisplacement: false)

  /// Name, components and role, parted by tabs.
  var attachment: StoredValue {
    .text(
      [name, components.joined(separator: ","), isDisplacement ? "displacement" : "quantity"]
        .joined(separator: "\t"))
  }

  init(name: String, components: [String], isDisplacement: Bool) {
    (self.name, self.components) = (name, components)
    self.isDisplacement = isDisplacement
  }

  /// What a file says; files of old hold a scalar u.
  init(of opened: OpenedModel) throws {
    guard case .text(let line)? = try opened.attachment("field names") else {
      self = .scalar
      return
    }
    let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3 else {
      throw StudyError.notSolvable("the model file has a field that cannot be understood")
    }
    self.init(
      name: words[0], components: words[1].split(separator: ",").map(String.init),
      isDisplacement: words[2] == "displacement")
  }

  /// The field at the points of a mesh.
  ///
  /// - Parameter dofs: For each point its place among the unknowns, −1 where there is none.
  func field(_ values: [Double], at dofs: [Int32], named name: String? = nil) -> StudyField {
    let width = max(1, components.count)
    return StudyField(
      name ?? self.name, components: components,
      dofs.flatMap { dof in
        (0..<width).map { c in dof < 0 ? .nan : values[Int(dof) * width + c] }
      }, role: isDisplacement ? .displacement : .quantity)
  }

  /// Real and imaginary part of a complex field, or a real one.
  func fields<S: Scalar>(
    _ values: [S], at dofs: [Int32], named name: String? = nil
  ) -> [StudyField] {
    let base = name ?? self.name
    guard let complex = values as? [Complex<Double>] else {
      return [field(values.map(\.realPart), at: dofs, named: name)]
    }
    return [
      field(complex.map(\.real), at: dofs, named: base + ".re"),
      field(complex.map(\.imaginary), at: dofs, named: base + ".im"),
    ]
  }
}
