import Cases
import Files
import Foundation
import Logging
import Testing

@Suite struct `Progress` {
  func lines(isQuiet: Bool = false, isLive: Bool = false, total: Int = 200) -> [String] {
    var written: [String] = []
    withoutActuallyEscaping({ (text: String) in written.append(text) }) { write in
      var progress = ProgressLine(
        "training", total: total, isQuiet: isQuiet, isLive: isLive, write: write)
      for i in 0...total { progress.advance(to: i) }
      progress.finish()
    }
    return written
  }

  @Test func `is one line each ten percent away from a terminal`() {
    let written = lines()
    #expect(written.count == 10)
    #expect(written.first == "training: 10 % (20 of 200)\n")
    #expect(written.last == "training: 100 % (200 of 200)\n")
  }

  @Test func `is one live line on a terminal, ended once`() {
    let written = lines(isLive: true)
    #expect(written.allSatisfy { $0.hasPrefix("\r") })
    #expect(written.joined().filter { $0 == "\n" }.count == 1)
    #expect(written.last?.contains("100 %") == true)
  }

  @Test func `is silent when asked to be quiet`() {
    #expect(lines(isQuiet: true).isEmpty)
    #expect(lines(isQuiet: true, isLive: true).isEmpty)
  }
}

@Suite struct `Narration to a file` {
  @Test func `is one JSON object per message, with its facts`() throws {
    try withFolder { folder in
      let narration = try Narration(.quiet, log: folder + "/log.jsonl")
      let logger = narration.logger()
      logger.info("assembled", metadata: ["dofs": "9", "seconds": "0.1"])
      logger.debug("a \"quoted\" detail")
      logger.trace("too fine for the file")
      let text = String(decoding: try FileBytes.read(folder + "/log.jsonl"), as: UTF8.self)
      let lines = text.split(separator: "\n")
      #expect(lines.count == 2)
      let first = try JSONValue(parsing: String(lines[0]))
      #expect(first["level"]?.string == "info")
      #expect(first["message"]?.string == "assembled")
      #expect(first["dofs"]?.string == "9")
      #expect(try JSONValue(parsing: String(lines[1]))["message"]?.string == "a \"quoted\" detail")
    }
  }
}
