import Cases
import Foundation
import TestSupport
import Testing

@Suite struct `A damaged case file` {
  /// One damage: a byte flipped, deleted or doubled, a piece moved, or a character of the syntax put in.
  func damaged(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int(random.next() % 3 + 1) where !bytes.isEmpty {
      let i = Int(random.next() % UInt64(bytes.count))
      switch random.next() % 6 {
      case 0: bytes[i] ^= 1 << UInt8(random.next() % 8)
      case 1: bytes.remove(at: i)
      case 2: bytes.insert(bytes[i], at: i)
      case 3: bytes[i] = Array("[]{}=.,\"'#\n-0e\\*".utf8)[Int(random.next() % 16)]
      case 4:
        let end = min(bytes.count, i + Int(random.next() % 40))
        bytes.insert(contentsOf: bytes[i..<end], at: Int(random.next() % UInt64(bytes.count)))
      default: bytes.removeSubrange(i..<min(bytes.count, i + Int(random.next() % 40)))
      }
    }
    return bytes
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `is either read or refused with places, never a trap or a hang`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var read = 0
    var refused = 0
    let texts = [
      Array(wholeCase.utf8), Array(CaseSchema.template(of: "diffusion").utf8),
      Array(InelasticTexts.plate.utf8),
    ]
    for i in 0..<6000 {
      let bytes = damaged(texts[i % 3], &random)
      do throws(CaseDiagnostics) {
        let file = try CaseFile(parsing: bytes, path: "case.toml")
        // What is read must survive the way through its own resolved text.
        let resolved = file.resolvedText(in: "")
        let again = try CaseFile(parsing: Array(resolved.utf8), path: "case.toml")
        #expect(again.hash == file.hash)
        read += 1
      } catch {
        #expect(error.hasErrors)
        #expect(
          error.diagnostics.allSatisfy { $0.location.line >= 1 || $0.location.file != "case.toml" })
        refused += 1
      }
    }
    // Both happen often enough for the loop to mean something.
    #expect(read > 200)
    #expect(refused > 1000)
  }

  @Test func `of laws is either made into a model or refused with places`() throws {
    var random = SeededRandom(seed: 5)
    let text = InelasticTexts.plate(
      law:
        "{ kind = \"chaboche\", yield = \"250 - 0.1*T\", saturation = 30, rate = 2, resistance = "
        + "9, exponent = 5, backstress = [{ modulus = 3, recall = 4 }] }")
    // Sizes of mesh and time stay as they are: how long a case takes is no damage.
    let start = try #require(text.range(of: "[[material]]")).lowerBound
    let (head, rest) = (Array(text[..<start].utf8), Array(text[start...].utf8))
    var (made, refused) = (0, 0)
    for _ in 0..<1500 {
      do {
        _ = try Study(parsing: head + damaged(rest, &random), path: "case.toml").plan()
        made += 1
      } catch let error as CaseDiagnostics {
        #expect(error.hasErrors)
        refused += 1
      }
    }
    #expect(made > 50 && refused > 500, "\(made), \(refused)")
  }

  @Test func `of points is either read or refused`() {
    var random = SeededRandom(seed: 3)
    let text = Array("k[0],k[1],h\n1,2,3\n# note\n4,5e1,-6.25\r\n7,8,9\n".utf8)
    var read = 0
    for _ in 0..<4000 {
      let points = try? PointFile.points(
        in: damaged(text, &random), file: "p.csv", names: ["k[0]", "k[1]", "h"])
      guard let points else { continue }
      read += 1
      #expect(points.allSatisfy { $0.count == 3 && $0.allSatisfy(\.isFinite) })
    }
    #expect(read > 100)
    #expect(read < 3900)
  }

  @Test func `of results is either read or refused`() throws {
    var random = SeededRandom(seed: 4)
    let text = Array(try `Results of a run`.sample().json.text().utf8)
    var read = 0
    for _ in 0..<4000 where (try? JSONValue(parsing: damaged(text, &random))) != nil { read += 1 }
    #expect(read > 100)
    #expect(read < 3900)
  }
}
