import Testing

@testable import ErgonLM

@Suite("Unicode")
struct NormalizationTests {
  private func text(_ form: NormalizationForm, _ text: String) -> [UInt32] {
    form.apply(to: codePoints(of: Array(text.utf8)))
  }

  @Test(
    "Texts take their four forms",
    arguments: [
      ("\u{E9}", "\u{E9}", "e\u{301}", "\u{E9}"),
      ("e\u{301}", "\u{E9}", "e\u{301}", "\u{E9}"),
      ("\u{1E69}", "\u{1E69}", "s\u{323}\u{307}", "\u{1E69}"),
      ("s\u{307}\u{323}", "\u{1E69}", "s\u{323}\u{307}", "\u{1E69}"),
      ("\u{212B}", "\u{C5}", "A\u{30A}", "\u{C5}"),
      ("\u{FB01}", "\u{FB01}", "\u{FB01}", "fi"),
      ("\u{AC01}", "\u{AC01}", "\u{1100}\u{1161}\u{11A8}", "\u{AC01}"),
      ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}", "\u{1100}\u{1161}\u{11A8}", "\u{AC01}"),
      ("\u{958}", "\u{915}\u{93C}", "\u{915}\u{93C}", "\u{915}\u{93C}"),
      ("\u{FF21}\u{3000}", "\u{FF21}\u{3000}", "\u{FF21}\u{3000}", "A "),
      ("\u{1D15E}", "\u{1D157}\u{1D165}", "\u{1D157}\u{1D165}", "\u{1D157}\u{1D165}"),
      (
        "a\u{315}\u{300}\u{5AE}\u{300}b", "\u{E0}\u{5AE}\u{300}\u{315}b",
        "a\u{5AE}\u{300}\u{300}\u{315}b", "\u{E0}\u{5AE}\u{300}\u{315}b"
      ),
    ])
  func forms(input: String, nfc: String, nfd: String, nfkc: String) {
    #expect(text(.nfc, input) == nfc.unicodeScalars.map(\.value))
    #expect(text(.nfd, input) == nfd.unicodeScalars.map(\.value))
    #expect(text(.nfkc, input) == nfkc.unicodeScalars.map(\.value))
  }

  @Test("Categories are those of the standard library, where both know the character")
  func categories() {
    let letters: Set<Unicode.GeneralCategory> = [
      .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    ]
    let numbers: Set<Unicode.GeneralCategory> = [.decimalNumber, .letterNumber, .otherNumber]
    var known = 0
    for point in (0..<0x110000 as Range<UInt32>) {
      guard let scalar = Unicode.Scalar(point) else { continue }
      let kind = UnicodeTables.shared.characterClass(point)
      let category = scalar.properties.generalCategory
      if UnicodeTables.shared.category(point) == .unassigned { continue }
      known += 1
      if kind.contains(.blank) != scalar.properties.isWhitespace
        || kind.contains(.letter) != letters.contains(category)
        || kind.contains(.number) != numbers.contains(category)
      {
        Issue.record("U+\(String(point, radix: 16))")
      }
    }
    #expect(known > 280_000)
  }

  @Test("Lower case is that of the standard library")
  func lowerCase() {
    for point in (0..<0x20000 as Range<UInt32>) {
      guard let scalar = Unicode.Scalar(point),
        UnicodeTables.shared.category(point) != .unassigned
      else { continue }
      var lowered: [UInt32] = []
      UnicodeTables.shared.lowerCase(point, into: &lowered)
      if lowered != scalar.properties.lowercaseMapping.unicodeScalars.map(\.value) {
        Issue.record("U+\(String(point, radix: 16))")
      }
    }
  }
}
