import Cases
import Foundation
import Testing

@Suite struct `A run that stops within a later point` {
  /// Two points with nine states each.
  private static let text = InelasticTexts.loaded(
    "[200, 400]", "[query]\npoints = [[240], [350]]")

  private struct Stop: Error {}

  /// The results without what they have cost.
  private func numbers(_ folder: String) throws -> Substring {
    let text = try String(contentsOfFile: folder + "/results.json", encoding: .utf8)
    return text[..<(try #require(text.range(of: "\"ledger\""))).lowerBound]
  }

  /// At the end of the first point some of its states have not been kept, all of them, or none; the
  /// next time anything is kept is within the second point.
  @Test(arguments: [(kept: [4], last: 3), ([], 1), ([8], 2), ([1, 3], 7)])
  func `goes on with the states that its finished points have drawn`(
    row: (kept: [Int], last: Int)
  ) throws {
    try withFolder { folder in
      let file = folder + "/case.toml"
      try Self.text.write(toFile: file, atomically: true, encoding: .utf8)
      let study = try Study(reading: file)
      let (whole, stopped) = (folder + "/whole", folder + "/stopped")
      _ = try study.run(into: whole, loudness: .quiet)
      let schedule = KeepingSchedule { moment in
        if moment.point == 0 { return row.kept.contains(moment.step) }
        guard moment.step <= row.last else { throw Stop() }
        return moment.step == row.last
      }
      #expect {
        try study.run(into: stopped, loudness: .quiet, keeping: schedule)
      } throws: {
        "\($0)".contains("Stop()")
      }
      let files = FileManager.default
      #expect(files.fileExists(atPath: stopped + "/checkpoint.ritzstate"))
      #expect(!files.fileExists(atPath: stopped + "/results.json"))
      let resumed = try study.run(into: stopped, loudness: .quiet, from: .checkpoint)
      #expect(resumed.failure == nil)
      #expect(try numbers(stopped) == numbers(whole))
      let names = try files.contentsOfDirectory(atPath: whole + "/fields")
      #expect(names.count { $0.hasSuffix(".vtu") } == 18)
      #expect(try Set(files.contentsOfDirectory(atPath: stopped + "/fields")) == Set(names))
      for name in names {
        let paths = [whole, stopped].map { "\($0)/fields/\(name)" }
        #expect(files.contentsEqual(atPath: paths[0], andPath: paths[1]), "\(name)")
      }
      #expect(
        try !files.contentsOfDirectory(atPath: stopped).contains { $0.hasSuffix(".ritzstate") })
    }
  }
}
