import Files
import TestSupport
import Testing

@Suite struct `Reading past the cache` {
  /// A byte of the file by its place.
  private func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: place &* 167 &+ place >> 9) }

  /// Where such readings are not possible, as in memory or on some networks, the bytes come all the
  /// same.
  @Test func `any part of a file is what an ordinary reading gives`() throws {
    try inFolder { folder in
      let count = 1_000_003
      try FileBytes.write((0..<count).map(byte), to: "\(folder)/a")
      let file = try ReadableFile("\(folder)/a")
      let pages = PageBuffer()
      for forgets in [false, true] {
        if forgets { file.forgetCache() }
        for (offset, length) in [
          (0, count), (0, 1), (count - 1, 1), (4095, 2), (4096, 4096), (123, 500_000),
          (count - 70_000, 70_000), (17, 0), (count, 0),
        ] {
          let found = unsafe Array(
            try file.readPastCache(at: offset, count: length, through: pages))
          #expect(found.elementsEqual((offset..<offset + length).lazy.map(byte)))
        }
      }
    }
  }

  @Test func `a file that was written to meanwhile is refused`() throws {
    try inFolder { folder in
      try FileBytes.write((0..<9000).map(byte), to: "\(folder)/a")
      let file = try ReadableFile("\(folder)/a")
      try FileBytes.write((0..<9001).map(byte), to: "\(folder)/a")
      #expect(throws: FileError.self) {
        _ = try unsafe file.readPastCache(at: 0, count: 9000, through: PageBuffer())
      }
    }
  }

  @Test func `a scratch file lasts as long as its use`() throws {
    try inFolder { folder in
      var name = ""
      let size = try TemporaryFiles.withScratchFile(for: "\(folder)/a") { scratch in
        name = scratch
        try UpdatableFile(scratch, .existing).write([1, 2, 3], at: 0)
        return try ReadableFile(scratch).size
      }
      #expect(size == 3)
      #expect(!FileBytes.isReadable(name) && !FileBytes.isReadable("\(folder)/a"))
    }
  }
}
