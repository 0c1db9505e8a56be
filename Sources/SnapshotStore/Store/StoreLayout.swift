internal import LinearAlgebra

/// The files of a store.
enum StoreLayout {
  static let description = "store.json"
  static let journal = "journal"
  static let mesh = "mesh.msh"
  /// The version of the layout; readers refuse a later one.
  static let schema = 1

  /// Where column `count` of a field of `dimension` numbers starts.
  static func offset(_ dimension: Int, _ count: Int) -> Int {
    NumpyHead.size + 8 * dimension * count
  }
}
