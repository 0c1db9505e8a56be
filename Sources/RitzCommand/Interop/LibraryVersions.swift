internal import CHDF5
internal import CMETIS
internal import CSuiteSparse

/// The versions of the C libraries: those loaded, and those this build was made for.
enum LibraryVersions {
  /// HDF5 as loaded.
  static var hdf5: String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    guard unsafe H5get_libversion(&major, &minor, &release) >= 0 else { return "unknown" }
    return "\(major).\(minor).\(release)"
  }

  /// HDF5 at compile time; versions that differ do not work together.
  static var hdf5Headers: String { "\(H5_VERS_MAJOR).\(H5_VERS_MINOR).\(H5_VERS_RELEASE)" }

  /// CHOLMOD as loaded.
  static var cholmod: String {
    var version: [Int32] = [0, 0, 0]
    _ = unsafe cholmod_version(&version)
    return version.map { "\($0)" }.joined(separator: ".")
  }

  /// METIS at compile time; it cannot be asked.
  static var metis: String { "\(METIS_VER_MAJOR).\(METIS_VER_MINOR).\(METIS_VER_SUBMINOR)" }
}
