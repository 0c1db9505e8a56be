/// The regions that arrays on the cells tell of.
///
/// Our own files hold the index of a region in the array "region", its name in the field data
/// "region NAME", and for regions that overlap or have several dimensions arrays "in NAME" of zeros
/// and ones. Of other programs the usual arrays of whole numbers are known; a region is then called
/// after the array and the number, as "MaterialIds 3" ("physical 3" for Gmsh's groups).
struct CellTags {
  /// What stands before the name of a region in our field data.
  static let prefix = "region "
  private static let flagPrefix = "in "
  /// The arrays of other programs, and what stands before the number in a name.
  private static let foreign = [
    "gmsh:physical": "physical", "CellEntityIds": "CellEntityIds", "MaterialIds": "MaterialIds",
    "medit:ref": "medit:ref", "cell_tags": "cell_tags", "facet_tags": "facet_tags",
    "RegionId": "RegionId", "subdomains": "subdomains",
  ]

  /// Names by their numbers, from 1.
  private(set) var names: [String] = []
  private var tagOfName: [String: Int] = [:]
  private var nameOfIndex: [Int: String] = [:]
  private var tagsOfCell: [Int: [Int]] = [:]

  /// Notes the name that belongs to an index in the array "region".
  mutating func name(_ index: Int, _ name: String) { nameOfIndex[index] = name }

  /// The tag of a name, new or known.
  mutating func tag(_ name: String) -> Int {
    if let known = tagOfName[name] { return known }
    names.append(name)
    tagOfName[name] = names.count
    return names.count
  }

  /// Puts a cell into a region.
  mutating func add(_ tag: Int, toCell cell: Int) {
    if tagsOfCell[cell]?.contains(tag) != true { tagsOfCell[cell, default: []].append(tag) }
  }

  /// The regions of a cell.
  func tags(ofCell cell: Int) -> [Int] { tagsOfCell[cell] ?? [] }

  /// Whether an array is ours and holds regions, not a field.
  func isOwn(_ name: String) -> Bool {
    !nameOfIndex.isEmpty
      && (name == "region"
        || (name.hasPrefix(CellTags.flagPrefix)
          && nameOfIndex.values.contains(String(name.dropFirst(CellTags.flagPrefix.count)))))
  }

  /// Takes the regions from an array on the cells, if it is known to hold some.
  mutating func add(_ array: VTKArray) {
    guard array.components == 1 else { return }
    if isOwn(array.name) {
      guard let values = array.values.wholes else { return }
      // Tags in the order of the indices keep the order of the regions.
      for index in nameOfIndex.keys.sorted() { _ = tag(nameOfIndex[index] ?? "") }
      for (cell, value) in values.enumerated() {
        let name =
          array.name == "region"
          ? nameOfIndex[value]
          : value != 0 ? String(array.name.dropFirst(CellTags.flagPrefix.count)) : nil
        if let name { add(tag(name), toCell: cell) }
      }
    } else if let name = CellTags.foreign[array.name], let values = array.values.wholes {
      for value in Set(values).sorted() where value != 0 || name != "physical" {
        _ = tag("\(name) \(value)")
      }
      for (cell, value) in values.enumerated() where value != 0 || name != "physical" {
        add(tag("\(name) \(value)"), toCell: cell)
      }
    }
  }

  /// Takes an array of whole numbers of any name, as marks of the cells from `first` on.
  mutating func add(_ values: [Int], _ name: String, fromCell first: Int) {
    for value in Set(values).sorted() { _ = tag("\(name) \(value)") }
    for (cell, value) in values.enumerated() { add(tag("\(name) \(value)"), toCell: first + cell) }
  }
}
