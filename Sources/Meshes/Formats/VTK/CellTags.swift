/// The regions that arrays on the cells tell of.
///
/// Our own files hold the index of a region in the array "region", its name in the field data
/// "region NAME", and for regions that overlap or have several dimensions arrays "in NAME" of zeros
/// and ones. Of other programs the usual arrays of whole numbers are known; a region is then called
/// after the array and the number, as "MaterialIds 3" ("physical 3" for Gmsh's groups).
struct CellTags {
  /// What stands before the name of a region in our field data.
  static let prefix = "region "
  static let flagPrefix = "in "
  /// The arrays of other programs, and what stands before the number in a name.
  private static let foreign = [
    "gmsh:physical": "physical", "CellEntityIds": "CellEntityIds", "MaterialIds": "MaterialIds",
    "medit:ref": "medit:ref", "cell_tags": "cell_tags", "facet_tags": "facet_tags",
    "RegionId": "RegionId", "subdomains": "subdomains",
  ]

  /// Names by their numbers, from 1.
  private(set) var names: [String] = []
  private var tagOfName: [String: Int] = [:]
  private(set) var nameOfIndex: [Int: String] = [:]
  /// The combinations of tags that occur, the empty one first, and that of each cell.
  private(set) var groups: [[Int]] = [[]]
  private var groupOfCell: [Int32] = []
  private var extended: [GroupAndTag: Int32] = [:]

  private struct GroupAndTag: Hashable {
    let group: Int32
    let tag: Int
  }

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
    while groupOfCell.count <= cell { groupOfCell.append(0) }
    let key = GroupAndTag(group: groupOfCell[cell], tag: tag)
    if let known = extended[key] {
      groupOfCell[cell] = known
      return
    }
    let tags = groups[Int(key.group)]
    let more = tags.contains(tag) ? tags : (tags + [tag]).sorted()
    let group = groups.firstIndex(of: more) ?? groups.count
    if group == groups.count { groups.append(more) }
    extended[key] = Int32(group)
    groupOfCell[cell] = Int32(group)
  }

  /// The combination of a cell, as an index of `groups`.
  func group(ofCell cell: Int) -> Int {
    groupOfCell.indices.contains(cell) ? Int(groupOfCell[cell]) : 0
  }

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
      if array.name == "region" {
        let tags = nameOfIndex.mapValues { tagOfName[$0] ?? 0 }
        for (cell, value) in values.enumerated() {
          if let tag = tags[value] { add(tag, toCell: cell) }
        }
      } else {
        let tag = tag(String(array.name.dropFirst(CellTags.flagPrefix.count)))
        for (cell, value) in values.enumerated() where value != 0 { add(tag, toCell: cell) }
      }
    } else if let name = CellTags.foreign[array.name], let values = array.values.wholes {
      // Elements of Gmsh without a group have the number 0.
      add(values, name, fromCell: 0, zeroCounts: name != "physical")
    }
  }

  /// Takes whole numbers as marks of the cells from `first` on.
  ///
  /// - Parameter zeroCounts: Whether the cells with the mark 0 are a region.
  mutating func add(_ marks: [Int], _ name: String, fromCell first: Int, zeroCounts: Bool = true) {
    var tags: [Int: Int] = [:]
    for mark in Set(marks).sorted() where zeroCounts || mark != 0 {
      tags[mark] = tag("\(name) \(mark)")
    }
    for (cell, mark) in marks.enumerated() {
      if let tag = tags[mark] { add(tag, toCell: first + cell) }
    }
  }
}
