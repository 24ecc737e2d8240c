import Testing

@testable import ErgonEnergy

struct PlugLineParserTests {
  private func parse(_ lines: String...) throws -> PlugReading? {
    var parser = PlugLineParser()
    var reading: PlugReading?
    for line in lines { reading = try parser.parse(line.utf8) }
    return reading
  }

  private func watts(_ watts: Double, at time: Double? = nil) -> PlugReading {
    PlugReading(time: time, amount: .power(Watts(watts)))
  }

  private func joules(_ joules: Double, at time: Double? = nil) -> PlugReading {
    PlugReading(time: time, amount: .energy(Joules(joules)))
  }

  @Test("a header names the columns, in any case, order and separator")
  func headers() throws {
    #expect(try parse("time,power_w", "5,12.5") == watts(12.5, at: 5))
    #expect(try parse("Power (W);Voltage;Time (ms)", "12.5;230.1;5000") == watts(12.5, at: 5))
    #expect(try parse("\"Watts\"\t\"note\"", "7\tfine") == watts(7))
    #expect(try parse("# a comment", "", "W", "60") == watts(60))
    #expect(try parse("\u{FEFF}watts", "1e2") == watts(100))
    #expect(try parse("power_mW", "1500") == watts(1.5))
    #expect(try parse("energy_kwh", "0.5") == joules(1.8e6))
    #expect(try parse("total,energy_wh", "9,2") == joules(7200))
    #expect(try parse("watts,\r", "3,\r") == watts(3))
  }

  @Test("without a header one number is watts and two are time and watts")
  func bare() throws {
    #expect(try parse("42.5") == watts(42.5))
    #expect(try parse("100 , 42.5") == watts(42.5, at: 100))
  }

  @Test("a JSON object is read wherever the name stands in it")
  func json() throws {
    #expect(try parse(#"{"power_w": 12.5, "time": 3}"#) == watts(12.5, at: 3))
    #expect(try parse(#"{"t":"x","ENERGY":{"Power":"33","Total":1.2}}"#) == watts(33))
    #expect(try parse(#" { "a" : [1,{"b":[]},{}] , "W" : 1.5e1 } "#) == watts(15))
    #expect(try parse(#"{"say \"W\":": 5, "w": 6, "ok": true, "n": null}"#) == watts(6))
    #expect(try parse(#"{"energy_j": 7, "power_w": 1}"#) == joules(7))
  }

  @Test("joules come before watts, and watts before watt-hours")
  func preference() throws {
    #expect(try parse("kwh,watts,joules", "1,2,3") == joules(3))
    #expect(try parse("kwh,watts", "1,2") == watts(2))
    #expect(try parse("kwh,wh", "1,2") == joules(7200))
  }

  @Test(
    "a clock's size tells its unit",
    arguments: [
      ("1700000000", 1.7e9), ("1700000000000", 1.7e9), ("1700000000000000", 1.7e9),
      ("1700000000000000000", 1.7e9), ("12.5", 12.5),
    ])
  func clocks(text: String, seconds: Double) throws {
    let time = try #require(try parse("time,w", "\(text),1")?.time)
    #expect(abs(time - seconds) < 1e-3)
  }

  @Test("a time that is no number leaves the arrival to decide")
  func wordyTime() throws {
    #expect(try parse("time,w", "2026-01-01T00:00:00Z,5") == watts(5))
  }

  @Test(
    "a line that makes no sense is refused",
    arguments: [
      ["hello"], ["a,b,c"], ["1,2,3"], ["w", "x"], ["w", ""], ["w,time", "1"], ["w", "1,2"],
      ["w", "nan"], ["w", "inf"], ["w", "0x10"], ["w", "1 2"], ["w", "--1"], ["w", "1e999"],
      ["{}"], ["{"], [#"{"w":}"#], [#"{"w":1"#], [#"{"w" 1}"#], [#"{"w":1}}"#], [#"{"w":1} x"#],
      [#"{"w":1,}"#], [#"{w:1}"#], [#"{"w":tru}"#], [#"{"w":1 "x":2}"#], [#"{"w":[1}"#],
      [#"{"w":"1}"#], [#"{"w\"#], ["[1]"], [#"{"w":1}"#, "5"], [#"{"w":1}"#, #"{"kwh":1}"#],
      [String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40)],
      ["w" + String(repeating: ",x", count: 64)], ["\u{0}"], [","], ["time", "5"],
    ])
  func refuses(lines: [String]) {
    var parser = PlugLineParser()
    var refused = false
    var reading: PlugReading?
    for line in lines {
      do { reading = try parser.parse(line.utf8) } catch { refused = true }
    }
    // An empty line is passed over rather than refused; neither gives a reading.
    #expect(refused || reading == nil)
    if refused == false { #expect(lines.last == "" || lines.last == ",") }
  }

  @Test("a hundred thousand mutated lines never trap, and what is accepted is a finite number")
  func fuzz() {
    var random = Random(state: 20_240_229)
    let seeds = [
      "time,power_w", "5,12.5", "1700000000000;3.25", #"{"power_w": 12.5, "time": 3}"#,
      #"{"ENERGY":{"Power":"33","a":[1,{"b":[]}]}}"#, "42", "w,kwh,joules", "#", "\"w\"\t7",
      #"{"w\"":1e308}"#, "-0.0e-5,+9",
    ].map { Array($0.utf8) }
    let alphabet = Array(",;\t\"{}[]:\\0123456789.eE+-wWjkht #".utf8) + [0, 0x80, 0xEF, 0xFF]
    var accepted = 0
    var parser = PlugLineParser()
    for round in 0..<100_000 {
      if round % 7 == 0 { parser = PlugLineParser() }
      var line = seeds[random.below(seeds.count)]
      for _ in 0..<random.below(5) {
        let place = random.below(line.count + 1)
        let byte = alphabet[random.below(alphabet.count)]
        switch random.below(4) {
        case 0: line.insert(byte, at: place)
        case 1 where place < line.count: line[place] = byte
        case 2 where place < line.count: line.remove(at: place)
        case 3: line.removeLast(line.count - place)
        default: line += seeds[random.below(seeds.count)]
        }
      }
      guard let reading = try? parser.parse(line) else { continue }
      accepted += 1
      switch reading.amount {
      case .power(let power): if !power.value.isFinite { Issue.record("\(line)") }
      case .energy(let energy): if energy.value.isNaN { Issue.record("\(line)") }
      }
    }
    #expect(accepted > 10_000)
  }

  /// SplitMix64.
  struct Random {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ (z >> 31)) % UInt64(bound))
    }
  }
}

struct LineSplitterTests {
  @Test("lines come out the same however the bytes are cut", arguments: [1, 2, 3, 7, 100])
  func chunks(size: Int) throws {
    let bytes = Array("one\ntwo\r\n\nthree\nfour".utf8)
    var splitter = LineSplitter()
    var lines: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      try splitter.feed(bytes[start..<min(start + size, bytes.count)]) {
        lines.append(String(decoding: $0, as: UTF8.self))
      }
    }
    #expect(lines == ["one", "two\r", "", "three"])
  }

  @Test("a stream that starts inside a line drops it")
  func inside() throws {
    var splitter = LineSplitter(startsInsideLine: true)
    var lines: [[UInt8]] = []
    try splitter.feed(Array("half\nwhole\n".utf8)) { lines.append($0) }
    #expect(lines == [Array("whole".utf8)])
  }

  @Test("a line without end is an error before it fills the memory")
  func endless() throws {
    var splitter = LineSplitter()
    try splitter.feed([UInt8](repeating: 0x78, count: LineSplitter.limit)) { _ in }
    #expect(throws: PlugLineError.self) { try splitter.feed([0x78]) { _ in } }
  }
}
