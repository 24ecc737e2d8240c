/// Unicode's general categories, in the order of scripts/unicode-tables; the control characters
/// that are white space stand apart.
enum GeneralCategory: UInt8 {
  case unassigned, upper, lower, title, modifierLetter, otherLetter
  case nonspacingMark, spacingMark, enclosingMark
  case decimalNumber, letterNumber, otherNumber
  case connector, dash, open, close, initialQuote, finalQuote, otherPunctuation
  case mathSymbol, currencySymbol, modifierSymbol, otherSymbol
  case space, lineSeparator, paragraphSeparator
  case control, format, surrogate, privateUse, blankControl

  var characterClass: CharacterClass {
    switch self {
    case .upper, .title: [.letter, .upperSide]
    case .lower: [.letter, .lowerSide]
    case .modifierLetter, .otherLetter: [.letter, .upperSide, .lowerSide]
    case .nonspacingMark, .spacingMark, .enclosingMark: [.mark, .upperSide, .lowerSide]
    case .decimalNumber, .letterNumber, .otherNumber: .number
    case .connector, .dash, .open, .close, .initialQuote, .finalQuote, .otherPunctuation:
      .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: .symbol
    case .space, .lineSeparator, .paragraphSeparator, .blankControl: .blank
    case .unassigned, .control, .format, .surrogate, .privateUse: []
    }
  }
}

/// What the patterns of pre-tokenizers ask about a character, one bit each.
struct CharacterClass: OptionSet {
  let rawValue: UInt8

  /// `\p{L}`.
  static let letter = CharacterClass(rawValue: 1)
  /// `\p{N}`.
  static let number = CharacterClass(rawValue: 2)
  /// `\s`.
  static let blank = CharacterClass(rawValue: 4)
  /// `\p{M}`.
  static let mark = CharacterClass(rawValue: 8)
  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`.
  static let upperSide = CharacterClass(rawValue: 16)
  /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`.
  static let lowerSide = CharacterClass(rawValue: 32)
  /// `\p{P}`.
  static let punctuation = CharacterClass(rawValue: 64)
  /// `\p{S}`.
  static let symbol = CharacterClass(rawValue: 128)
}
