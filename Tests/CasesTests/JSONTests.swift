import Cases
import Foundation
import TestSupport
import Testing

@Suite struct `JSON` {
  @Test func `keeps every bit of every number, in 17 digits`() throws {
    var random = SeededRandom(seed: 7)
    var numbers: [Double] = [
      0, -0.0, 1, 0.1, 1.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e22, 1e-7,
      123_456_789_012_345_680, 0x1p-1022, 0x1p-1070, 9.999999999999999e22,
    ]
    while numbers.count < 20_000 {
      let x = Double(bitPattern: random.next())
      if x.isFinite { numbers.append(x) }
    }
    let text = try JSONValue.numbers(numbers).text()
    guard case .array(let members) = try JSONValue(parsing: text) else {
      Issue.record("no list")
      return
    }
    #expect(members.compactMap { $0.number?.bitPattern } == numbers.map(\.bitPattern))
    #expect(try JSONValue.number(0.1).text() == "0.10000000000000001")
    #expect(try JSONValue.number(3).text() == "3.0")
    #expect(try JSONValue.number(1e300).text() == "1.0000000000000001e+300")
  }

  @Test func `never holds inf or nan, and says where one would be`() {
    let value = JSONValue.object([
      ("query", .array([.object([("outputs", .numbers([(key: "a.b", value: .nan)]))])]))
    ])
    #expect(throws: JSONError.notFinite(path: "query[0].outputs.'a.b'", value: "nan")) {
      _ = try value.text()
    }
    #expect(throws: JSONError.notFinite(path: "", value: "-inf")) {
      _ = try JSONValue.number(-.infinity).text()
    }
  }

  @Test func `keeps texts with quotes, control characters and any letter`() throws {
    let texts = ["\"\\\u{0}\n\r\t\u{1F}", "ü€😀\u{2028}", ""]
    let value = JSONValue.object(texts.map { (key: $0, value: .string($0)) })
    for isIndented in [true, false] {
      let text = try value.text(isIndented: isIndented)
      let again = try JSONValue(parsing: text)
      #expect(texts.allSatisfy { again[$0]?.string == $0 })
      #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
    }
    #expect(try JSONValue(parsing: "\"\\ud83d\\ude00\\u00e9\\/\"").string == "😀é/")
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":}", "[1 2]", "nul", "\"\\x\"", "\"\\ud800\"", "+1", "01x", "1e999",
    "[1]]", "\"a\nb\"", "\"\\u12\"", "nan",
  ])
  func `that is none is refused`(text: String) {
    #expect(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
  }

  @Test func `nested without end is refused`() {
    #expect(throws: JSONError.self) {
      _ = try JSONValue(parsing: String(repeating: "[", count: 1_000_000))
    }
  }

  @Test func `is walked by paths with indices and quoted keys`() throws {
    let value = try JSONValue(
      parsing: """
        {"query": [{"outputs": {"mean-bottom": 1.5, "a.b": 2, "it's [x]": 3}}],
         "mesh": {"regions": {"block1": {"measure": 0.25}}}}
        """)
    #expect(try value.value(at: "query[0].outputs.mean-bottom").number == 1.5)
    #expect(try value.value(at: "query[0].outputs.'a.b'").number == 2)
    #expect(try value.value(at: "query[0].outputs.'it''s [x]'").number == 3)
    #expect(try value.value(at: "mesh.regions.block1.measure").number == 0.25)
    for (path, reason) in [
      ("query[1].outputs", "'query' has 1 members"), ("query.outputs", "'query' is a list of 1"),
      ("mesh.region", "did you mean 'regions'?"), ("mesh[0]", "'mesh' is an object, not a list"),
      ("query[x]", "brackets hold a number"), ("", "it is empty"), ("a..b", "a key is empty"),
      ("query[0]outputs", "a point is missing"), ("query[-1]", "brackets hold"),
      ("'a", "not closed"),
    ] {
      do throws(JSONError) {
        _ = try value.value(at: path)
        Issue.record("\(path) was found")
      } catch {
        #expect(error.description.contains(reason), "\(path): \(error)")
      }
    }
  }
}
