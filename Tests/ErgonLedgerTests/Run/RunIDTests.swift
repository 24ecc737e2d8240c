import ErgonEnergy
import Foundation
import Testing

@testable import ErgonLedger

struct RunIDTests {
  @Test("the layout is a ULID: the specification's own example, and both ends")
  func layout() {
    // ULID of time 1469918176385 begins 01ARYZ6S41, after the specification's README.
    let id = RunID(milliseconds: 1_469_918_176_385, random: (0, 0))
    #expect(id.description == "01ARYZ6S410000000000000000")
    let last = RunID(milliseconds: (1 << 48) - 1, random: (.max, .max))
    #expect(last.description == "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
    #expect(RunID(milliseconds: 0, random: (0, 31)).description.hasSuffix("00Z"))
    // Bit 64 is the highest of the thirteenth group of five from the right.
    #expect(RunID(milliseconds: 0, random: (1, 0)).description == "0000000000000G000000000000")
  }

  @Test("later names sort behind earlier ones")
  func order() {
    let times: [UInt64] = [0, 1, 31, 32, 1_000_000, 1_700_000_000_000, (1 << 48) - 1]
    let ids = times.map { RunID(milliseconds: $0, random: (.random(in: 0 ... .max), 7)) }
    #expect(ids == ids.sorted())
  }

  @Test("ten thousand names made at once are all different")
  func unique() {
    #expect(Set((0..<10_000).map { _ in RunID() }).count == 10_000)
  }

  @Test("a name survives text and JSON, in lower case too")
  func roundTrip() throws {
    let id = RunID()
    #expect(RunID(id.description) == id)
    #expect(RunID(id.description.lowercased()) == id)
    let json = try JSONEncoder().encode([id])
    #expect(try JSONDecoder().decode([RunID].self, from: json) == [id])
  }

  @Test(
    "text that is no name is refused",
    arguments: [
      "", "01ARYZ6S41", "81ARYZ6S410000000000000000", "01ARYZ6S41000000000000000I",
      "01ARYZ6S41000000000000000U", "01ARYZ6S4100000000000000000", "01ARYZ6S41 00000000000000",
      "ﬀ1ARYZ6S4100000000000000",
    ])
  func refused(text: String) throws {
    #expect(RunID(text) == nil)
    let json = try JSONEncoder().encode([text])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([RunID].self, from: json) }
  }

  @Test("a name made of content is the same wherever it is made, and differs for other content")
  func digest() {
    #expect(RunID(digestOf: "a") == RunID(digestOf: "a"))
    #expect(RunID(digestOf: "a") != RunID(digestOf: "b"))
    #expect(RunID(RunID(digestOf: "a").description) != nil)
  }
}
