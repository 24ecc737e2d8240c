import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite("leakage") struct LeakageCheckTests {
  static func letters(_ count: Int, seed: UInt64) -> String {
    var random = RandomStream(seed: seed)
    let alphabet = Array("abcdefghij äß€")
    return String((0..<count).map { _ in alphabet[Int(random.next() % 14)] })
  }

  /// All characters of held-out spans that a plain search finds.
  static func plain(_ heldOut: String, _ training: [String], _ length: Int) -> Int {
    let held = Array(heldOut)
    var covered = [Bool](repeating: false, count: held.count)
    for start in 0..<max(0, held.count - length + 1) {
      let span = String(held[start..<start + length])
      if training.contains(where: { $0.contains(span) }) {
        for place in start..<start + length { covered[place] = true }
      }
    }
    return covered.count { $0 }
  }

  @Test("finds spans of fifty characters and none of forty-nine", arguments: [49, 50, 51])
  func length(common: Int) {
    let heldOut = Self.letters(400, seed: 1)
    let copy = String(Array(heldOut)[100..<100 + common])
    var check = LeakageCheck()
    check.hold(out: heldOut)
    check.read(training: Self.letters(300, seed: 2) + copy + Self.letters(300, seed: 3))
    let (count, first) = check.leakedCharacters(of: heldOut)
    #expect(count == (common < 50 ? 0 : common))
    #expect(first == (common < 50 ? nil : String(copy.prefix(50))))
  }

  @Test("agrees with a plain search", arguments: 0..<20)
  func search(seed: UInt64) {
    var random = RandomStream(seed: seed)
    func repetitive(_ count: Int) -> String {
      String((0..<count).map { _ in random.next() % 4 == 0 ? "b" : "a" })
    }
    let heldOut = repetitive(120)
    let training = (0..<3).map { _ in repetitive(150) }
    var check = LeakageCheck(spanLength: 9)
    check.hold(out: heldOut)
    for text in training { check.read(training: text) }
    #expect(check.leakedCharacters(of: heldOut).count == Self.plain(heldOut, training, 9))
  }

  @Test("is reported for a corpus by document")
  func corpus() throws {
    let shared = Self.letters(60, seed: 77)
    var files: [String: String] = [:]
    for number in 0..<200 {
      let text = Self.letters(150, seed: UInt64(number) + 100)
      files["\(number).txt"] = number % 50 == 0 ? text + shared : text
    }
    try withFolder(texts: files) { folder in
      let survey = try Corpus([folder]).survey(heldOut: 0.3, duplicates: nil)
      let holders = survey.documents(.heldOut).count { $0.text.contains(shared) }
      let report = try survey.leakage()
      #expect(report.heldOutDocuments == survey.size(of: .heldOut).documents)
      // Where all four copies fell on one side nothing leaks.
      let leaking = holders == 4 ? 0 : holders
      #expect(report.leakingDocuments == leaking)
      #expect(report.leakedCharacters == 60 * leaking)
      #expect(report.examples.allSatisfy { $0.text == String(shared.prefix(50)) })
    }
  }
}
