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

/// The classes of all characters in two stages: pages of 256 code points, and which page each 256
/// have; most of Unicode shares a few pages.
///
/// A scanner keeps this by value: three pointers to memory that stays for the life of the process.
struct CharacterClasses: @unchecked Sendable {
  private let pageOf: UnsafePointer<UInt16>
  private let pages: UnsafePointer<UInt8>
  /// The class of each category, then that of each ASCII character.
  private let classOf: UnsafePointer<CharacterClass>
  private static let ascii = 32

  init(pages: (pageOf: [UInt16], pages: [UInt8])) {
    self.pageOf = Self.kept(pages.pageOf)
    self.pages = Self.kept(pages.pages)
    var classOf = (0..<UInt8(Self.ascii)).map {
      GeneralCategory(rawValue: $0)?.characterClass ?? []
    }
    for point in 0..<128 {
      classOf.append(classOf[Int(pages.pages[Int(pages.pageOf[0]) << 8 | point])])
    }
    self.classOf = Self.kept(classOf)
  }

  private static func kept<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
    memory.initialize(from: elements, count: elements.count)
    return UnsafePointer(memory)
  }

  @inline(__always)
  func category(_ point: UInt32) -> UInt8 {
    pages[Int(pageOf[Int(point >> 8)]) << 8 | Int(point & 255)]
  }

  @inline(__always)
  subscript(point: UInt32) -> CharacterClass {
    classOf[point < 128 ? Self.ascii + Int(point) : Int(category(point))]
  }
}
