internal import Files

/// Whole files, with the errors of this room.
extension MeshError {
  /// The bytes of a regular file, however large.
  static func reading(_ path: String) throws(MeshError) -> [UInt8] {
    do throws(FileError) { return try FileBytes.read(path, limit: .max) } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  /// Puts a whole file in the place of `path`, or leaves the old one untouched.
  static func writing(_ bytes: [UInt8], to path: String) throws(MeshError) {
    do throws(FileError) { try FileBytes.write(bytes, to: path) } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}
