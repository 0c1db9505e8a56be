import Files
import Foundation
import LinearAlgebra
import Meshes
import ModelReduction
import SnapshotStore
import TestSupport
import Testing

private let description = StoreDescription(
  fields: [
    StoreField(name: "u", components: ["x", "y", "z"], dimension: 6, taken: []),
    StoreField(name: "T at night", dimension: 3),
  ], parameterNames: ["a", "b"])

private func columns(_ number: Int) -> [[Double]] {
  [(0..<6).map { Double(10 * number + $0) / 7 }, (0..<3).map { Double(number - $0) }]
}

private func entry(_ number: Int) -> StoreEntry {
  StoreEntry(
    parameters: [Double(number) / 3, -1e-300], time: number == 1 ? nil : Double(number),
    source: "runs/a\tb\\\(number).frd", sourceHash: "abc", step: number, stepCount: 9)
}

/// A store of three snapshots.
private func make(_ path: String) throws {
  let writer = try StoreWriter(creating: path, description)
  for number in 0..<3 { try writer.append(columns(number), entry(number)) }
}

@Suite struct `Snapshot stores` {
  @Test func `what was added comes back, and more can be added`() throws {
    try inFolder { folder in
      let path = "\(folder)/a.store"
      try make(path)
      let store = try SnapshotStore(reading: path)
      #expect(try store.count == 3 && store.notes.isEmpty && store.verify() == [])
      for number in 0..<3 {
        #expect(store.entries[number].source == entry(number).source)
        #expect(store.entries[number].time == entry(number).time)
        #expect(store.parameters[number].values == entry(number).parameters)
      }
      let u = try store.snapshots(of: "u")
      #expect(try u.snapshots(1..<3).values == columns(1)[0] + columns(2)[0])
      #expect(try u.read(rows: 2..<4, of: 0..<1).values == [2.0 / 7, 3.0 / 7])
      let writer = try StoreWriter(opening: path)
      try writer.append(columns(3), entry(3))
      // A reader sees what was there when it opened.
      #expect(try u.snapshots(0..<3).columnCount == 3)
      #expect(try SnapshotStore(reading: path).count == 4)
      #expect(throws: SnapshotError.self) { try StoreWriter(opening: path) }
      #expect(throws: SnapshotError.self) { try writer.append([[1]], entry(4)) }
      var bad = columns(4)
      bad[1][2] = .nan
      #expect(throws: SnapshotError.self) { try writer.append(bad, entry(4)) }
      #expect(try SnapshotStore(reading: path).count == 4)
      let text = try SnapshotFiles.open("\(path):T at night")
      #expect(text.count == 4 && text.facts.format == "snapshot store")
    }
  }

  @Test(.enabled(if: PythonNeighbour.isThere))
  func `numpy maps the columns`() throws {
    try inFolder { folder in
      try make("\(folder)/a.store")
      try PythonNeighbour.run(
        """
        import numpy as n
        u = n.load('a.store/u.npy', mmap_mode='r')
        assert u.shape == (6, 3) and u.flags.f_contiguous and u[5, 2] == 25 / 7
        """, in: folder)
    }
  }

  @Test func `a store cut anywhere loses its end only, says so, and goes on`() throws {
    try inFolder { folder in
      let sound = "\(folder)/sound"
      try make(sound)
      let files = try FileManager.default.contentsOfDirectory(atPath: sound)
        .filter { $0 != ".lock" && $0 != "store.json" }
      #expect(files.sorted() == ["T_at_night.npy", "journal", "u.npy"])
      for name in files {
        let bytes = try FileBytes.read("\(sound)/\(name)")
        for size in 0...bytes.count {
          let path = "\(folder)/cut"
          try? FileManager.default.removeItem(atPath: path)
          try FileManager.default.copyItem(atPath: sound, toPath: path)
          try UpdatableFile("\(path)/\(name)", .existing).setSize(size)
          let store = try SnapshotStore(reading: path)
          let kept = store.count
          #expect(try store.verify() == [] && kept <= 3 && (size < bytes.count || kept == 3))
          // At the end of a line the journal cannot know of those that are lost; columns can.
          let isLineEnd = name == "journal" && (size == 0 || bytes[size - 1] == 10)
          #expect(store.notes.isEmpty == (size == bytes.count) || isLineEnd)
          if kept > 0 {
            #expect(
              try store.snapshots(of: "u").snapshots(kept - 1..<kept).values == columns(kept - 1)[0]
            )
          }
          guard size % 11 == 0 else { continue }
          do {
            let writer = try StoreWriter(opening: path)
            try writer.append(columns(kept), entry(kept))
          }
          let mended = try SnapshotStore(reading: path)
          #expect(
            try mended.count == kept + 1 && mended.notes.isEmpty && mended.verify() == [])
        }
      }
    }
  }

  @Test func `traces of a snapshot that was not completed are found and removed`() throws {
    try inFolder { folder in
      let path = "\(folder)/a"
      try make(path)
      // Killed while the second field was being written, and within a line of the journal.
      let (u, journal) = ("\(path)/u.npy", "\(path)/journal")
      let (size, lines) = (try FileBytes.read(u).count, try FileBytes.read(journal).count)
      try UpdatableFile(u, .existing).write([Double](repeating: 1, count: 6)[...], at: size)
      try UpdatableFile(journal, .existing).write(Array("4\t3.0\t1".utf8), at: lines)
      let notes = try SnapshotStore(reading: path).notes
      #expect(
        notes.count == 2 && notes[0].contains("incomplete line") && notes[1].contains("48 bytes"))
      #expect(try StoreWriter(opening: path).notes == notes)
      #expect(try FileBytes.read(u).count == size && FileBytes.read(journal).count == lines)
    }
  }

  @Test func `a flipped bit is found and named`() throws {
    try inFolder { folder in
      let path = "\(folder)/a"
      try make(path)
      let u = try FileBytes.read("\(path)/u.npy")
      for byte in stride(from: 128, to: u.count, by: 5) {
        let file = try UpdatableFile("\(path)/u.npy", .existing)
        try file.write([u[byte] ^ 4], at: byte)
        let damages = try SnapshotStore(reading: path).verify()
        let number = (byte - 128) / 48 + 1
        #expect(damages.count == 1 && damages[0].hasPrefix("u.npy: snapshot \(number) of 3"))
        try file.write([u[byte]], at: byte)
      }
      let journal = try FileBytes.read("\(path)/journal")
      let last = try #require(journal.dropLast().lastIndex(of: 10))
      for byte in stride(from: 0, to: journal.count, by: 3) {
        let file = try UpdatableFile("\(path)/journal", .existing)
        try file.write([journal[byte] ^ 1], at: byte)
        if byte > last {
          #expect(try SnapshotStore(reading: path).count == 2)
        } else {
          #expect(throws: SnapshotError.self) { try SnapshotStore(reading: path) }
        }
        try file.write([journal[byte]], at: byte)
      }
    }
  }

  @Test func `damaged descriptions are refused or understood`() throws {
    try inFolder { folder in
      let path = "\(folder)/a"
      try make(path)
      let sound = try FileBytes.read("\(path)/store.json")
      var random = SeededRandom(seed: 2)
      var refused = 0
      for _ in 0..<300 {
        try UpdatableFile("\(path)/store.json", .emptied)
          .write(ByteMutation.damaged(sound, &random), at: 0)
        do {
          let store = try SnapshotStore(reading: path)
          _ = try store.snapshots(of: store.description.fields[0].name).snapshots(0..<store.count)
        } catch { refused += 1 }
      }
      #expect(refused > 100)
    }
  }

  @Test func `killed at any moment a store loses at most the snapshot being written`() async throws
  {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ritz-kill-\(UUID().uuidString)").path
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/a.store"
    let n = 3000
    _ = try StoreWriter(
      creating: path, StoreDescription(fields: [StoreField(name: "u", dimension: n)]))
    unsafe setenv("RITZ_STORE_TO_KILL", path, 1)
    defer { unsafe unsetenv("RITZ_STORE_TO_KILL") }
    var random = SeededRandom(seed: 1)
    var total = 0
    for _ in 0..<10 {
      unsafe setenv("RITZ_KILL_AFTER", "\(UInt32.random(in: 500...40_000, using: &random))", 1)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        let environment = ProcessInfo.processInfo.environment
        guard let path = environment["RITZ_STORE_TO_KILL"],
          let delay = environment["RITZ_KILL_AFTER"].flatMap({ UInt32($0) })
        else { return }
        let writer = try StoreWriter(opening: path)
        let done = try UpdatableFile("\(path)/../done", .emptied)
        try done.write([Double(writer.entries.count)][...], at: 0)
        Thread.detachNewThread {
          usleep(delay)
          kill(getpid(), SIGKILL)
        }
        while true {
          let number = writer.entries.count
          try writer.append(
            [[Double](repeating: Double(number), count: 3000)], StoreEntry(step: number))
          try done.write([Double(number + 1)][...], at: 0)
        }
      }
      let acknowledged = Int(
        Double(
          bitPattern: try FileBytes.read("\(folder)/done").reversed().reduce(0) {
            $0 << 8 | UInt64($1)
          }))
      let store = try SnapshotStore(reading: path)
      #expect(store.count == acknowledged || store.count == acknowledged + 1)
      #expect(try store.verify() == [])
      total = store.count
    }
    #expect(total > 10)
    let u = try SnapshotStore(reading: path).snapshots()
    #expect(try u.read(rows: n - 1..<n, of: 0..<total).values == (0..<total).map(Double.init))
  }
}
