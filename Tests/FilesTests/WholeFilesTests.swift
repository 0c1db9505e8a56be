import Files
import Foundation
import TestSupport
import Testing

private func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

@Suite struct `Whole files` {
  @Test(arguments: [0, 1, 4096, 1_000_003])
  func `what is written is read again, alone in its folder`(count: Int) throws {
    try inFolder { folder in
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try FileBytes.write(bytes, to: "\(folder)/a")
      #expect(try FileBytes.read("\(folder)/a") == bytes)
      #expect(try names(in: folder) == ["a"])
    }
  }

  @Test func `a shorter content replaces a longer one entirely`() throws {
    try inFolder { folder in
      try FileBytes.write("a long content", to: "\(folder)/a")
      try FileBytes.write("short", to: "\(folder)/a")
      #expect(try FileBytes.read("\(folder)/a") == Array("short".utf8))
    }
  }

  @Test func `a failure while filling keeps the old file and removes the temporary`() throws {
    try inFolder { folder in
      let path = "\(folder)/a"
      try FileBytes.write("old", to: path)
      let full = FileError(path: path, operation: "write", code: ENOSPC)
      #expect(throws: full) {
        try TemporaryFiles.withTemporaryFile(for: path) { temporary throws(FileError) in
          try FileBytes.write(Array("ne".utf8), atStartOf: temporary)
          throw FileError(path: temporary, operation: "write", code: ENOSPC)
        }
      }
      #expect(try FileBytes.read(path) == Array("old".utf8))
      #expect(try names(in: folder) == ["a"])
    }
  }

  @Test func `a temporary that cannot be made keeps the old file`() throws {
    try inFolder { folder throws in
      // As long as a name may be, so that the temporary's is too long.
      let name = String(repeating: "a", count: 255)
      let path = "\(folder)/\(name)"
      #expect(FileManager.default.createFile(atPath: path, contents: Data("old".utf8)))
      #expect(throws: FileError(path: path, operation: "write", code: ENAMETOOLONG)) {
        try FileBytes.write("new", to: path)
      }
      #expect(try FileBytes.read(path) == Array("old".utf8))
      #expect(try names(in: folder) == [name])
    }
  }

  @Test func `until it is complete, readers see the old file`() throws {
    try inFolder { folder in
      let path = "\(folder)/a"
      try FileBytes.write("old", to: path)
      try TemporaryFiles.withTemporaryFile(for: path) { temporary throws(FileError) in
        try FileBytes.write(Array("new".utf8), atStartOf: temporary)
        let seen = try FileBytes.read(path)
        #expect(seen == Array("old".utf8))
      }
      #expect(try FileBytes.read(path) == Array("new".utf8))
    }
  }

  @Test func `writers of one file do not mix, the last one stays`() throws {
    try inFolder { folder in
      let path = "\(folder)/a"
      try TemporaryFiles.withTemporaryFile(for: path) { temporary throws(FileError) in
        try FileBytes.write("inner", to: path)
        try FileBytes.write(Array("outer".utf8), atStartOf: temporary)
      }
      #expect(try FileBytes.read(path) == Array("outer".utf8))
      #expect(try names(in: folder) == ["a"])
    }
  }

  @Test func `what a killed process has left goes, what a living one fills stays`() throws {
    try inFolder { folder in
      let (gone, own, alive) = (Int32.max, getpid(), getppid())
      for name in [
        "a.vtu.\(gone).0.tmp", "b.\(gone).12.tmp", "c.\(own).99999.tmp", "d.\(alive).0.tmp",
        "kept.\(gone).3.tmp", "mine.tmp", "x.\(gone).tmp", "y.0.0.tmp", "z.-1.0.tmp",
        "\(gone).1.tmp",
      ] { try FileBytes.write("half", to: "\(folder)/\(name)") }
      try TemporaryFiles.withTemporaryFile(for: "\(folder)/a.vtu") { _ throws(FileError) in
        TemporaryFiles.removeLeft(in: folder) { $0 != "kept" }
      }
      #expect(
        try Set(names(in: folder)) == [
          "a.vtu", "d.\(alive).0.tmp", "kept.\(gone).3.tmp", "mine.tmp", "x.\(gone).tmp",
          "y.0.0.tmp",
          "z.-1.0.tmp", "\(gone).1.tmp",
        ])
      TemporaryFiles.removeLeft(in: folder + "/nowhere")
    }
  }

  @Test func `the start of a file is overwritten and its rest stays`() throws {
    try inFolder { folder in
      try FileBytes.write("abcdef", to: "\(folder)/a")
      try FileBytes.write(Array("XY".utf8), atStartOf: "\(folder)/a")
      #expect(try FileBytes.read("\(folder)/a") == Array("XYcdef".utf8))
    }
  }

  @Test func `no file takes the place of a device or a folder`() throws {
    #expect(
      throws: FileError(path: "/dev/full", operation: "write", reason: "it is no regular file")
    ) { try FileBytes.write("x", to: "/dev/full") }
    try inFolder { folder throws in
      #expect(throws: FileError(path: folder, operation: "write", code: EISDIR)) {
        try FileBytes.write("x", to: folder)
      }
    }
  }

  @Test(arguments: ["", "a\0b"]) func `what is no file name is refused`(path: String) {
    #expect(
      throws: FileError(path: path, operation: "write", reason: "this is no file name")
    ) { try FileBytes.write("x", to: path) }
    #expect(throws: FileError.self) { try FileBytes.read(path) }
    #expect(!FileBytes.isReadable(path))
  }

  @Test func `a missing file is told from an unsuitable one`() throws {
    try inFolder { folder throws in
      let missing = FileError(path: "\(folder)/none", operation: "open", code: ENOENT)
      #expect(missing.isMissing)
      #expect(missing.description == "cannot open \(folder)/none: No such file or directory")
      #expect(throws: missing) { try FileBytes.read("\(folder)/none") }
      #expect(throws: FileError(path: "\(folder)/none/a", operation: "write", code: ENOENT)) {
        try FileBytes.write("x", to: "\(folder)/none/a")
      }
      let unsuitable = FileError(
        path: folder, operation: "read", reason: "it is no regular file")
      #expect(!unsuitable.isMissing)
      #expect(throws: unsuitable) { try FileBytes.read(folder) }
      #expect(throws: FileError.self) { try FileBytes.read("/dev/zero") }
    }
  }

  @Test func `a file over the limit is refused, one at the limit is read`() throws {
    try inFolder { folder in
      let path = "\(folder)/a"
      try FileBytes.write("12345", to: path)
      #expect(try FileBytes.read(path, limit: 5).count == 5)
      #expect(
        throws: FileError(
          path: path, operation: "read", reason: "it has 5 bytes, more than the 4 allowed here")
      ) { try FileBytes.read(path, limit: 4) }
    }
  }
}
