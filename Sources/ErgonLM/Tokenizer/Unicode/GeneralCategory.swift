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
