/// What the tokenizers ask of Unicode, unpacked once from ``UnicodeData``.
struct UnicodeTables: Sendable {
  static let shared = UnicodeTables()

  let classes: CharacterClasses
  private let marks: [UInt32: UInt8]
  private let lower: [UInt32: UInt32]
  /// Code points that decompose, in order, and where their mapping is.
  private let decomposed: [UInt32]
  private let mappings: [Mapping]
  private let mapped: [UInt32]
  private let composed: [UInt64: UInt32]

  private struct Mapping {
    let start: Int32
    let count: UInt8
    let isCompatible: Bool
  }

  private init() {
    classes = CharacterClasses(pages: Self.unpackCategories())
    var marks: [UInt32: UInt8] = [:]
    var numbers = PackedNumbers(UnicodeData.combiningClasses)
    var at = 0
    while let gap = numbers.next() {
      at += gap
      let count = numbers.next()!
      let value = UInt8(numbers.next()!)
      for point in at..<at + count { marks[UInt32(point)] = value }
      at += count
    }
    self.marks = marks

    var lower: [UInt32: UInt32] = [:]
    numbers = PackedNumbers(UnicodeData.lowerCase)
    at = 0
    while let distance = numbers.next() {
      at += distance
      let run = numbers.next()!
      let offset = numbers.nextSigned()
      for step in 0..<run / 2 {
        let point = at + step * (1 + run % 2)
        lower[UInt32(point)] = UInt32(point + offset)
      }
    }
    self.lower = lower

    var decomposed: [UInt32] = []
    var mappings: [Mapping] = []
    var mapped: [UInt32] = []
    var composed: [UInt64: UInt32] = [:]
    numbers = PackedNumbers(UnicodeData.decompositions)
    at = 0
    while let distance = numbers.next() {
      at += distance
      let (count, kind) = numbers.next()!.quotientAndRemainder(dividingBy: 3)
      let start = mapped.count
      var near = at
      for _ in 0..<count {
        near += numbers.nextSigned()
        mapped.append(UInt32(near))
      }
      decomposed.append(UInt32(at))
      mappings.append(
        Mapping(start: Int32(start), count: UInt8(count), isCompatible: kind == 2))
      if kind == 0 && count == 2 {
        composed[UInt64(mapped[start]) << 32 | UInt64(mapped[start + 1])] = UInt32(at)
      }
    }
    self.decomposed = decomposed
    self.mappings = mappings
    self.mapped = mapped
    self.composed = composed
  }

  /// Category pages of 256 code points, and which of them each 256 have.
  private static func unpackCategories() -> (pageOf: [UInt16], pages: [UInt8]) {
    var numbers = PackedNumbers(UnicodeData.categories)
    var pageOf = [UInt16](repeating: 0, count: 0x1100)
    var pages: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 256)
    var known: [[UInt8]: Int] = [:]
    var point = 0
    while let length = numbers.next() {
      let category = UInt8(numbers.next()!)
      for at in point..<point + length {
        page[at & 255] = isBlankControl(at) ? GeneralCategory.blankControl.rawValue : category
        if at & 255 < 255 { continue }
        let place = known[page] ?? known.count
        if place == known.count {
          known[page] = place
          pages += page
        }
        pageOf[at >> 8] = UInt16(place)
      }
      point += length
    }
    return (pageOf, pages)
  }

  private static func isBlankControl(_ point: Int) -> Bool {
    point >= 9 && point <= 13 || point == 0x85
  }

  func category(_ point: UInt32) -> GeneralCategory {
    GeneralCategory(rawValue: classes.category(point))!
  }

  func characterClass(_ point: UInt32) -> CharacterClass { classes[point] }

  func combiningClass(_ point: UInt32) -> UInt8 { point < 0x300 ? 0 : marks[point] ?? 0 }

  /// The lower case of one code point on its own; U+0130 alone becomes two.
  func lowerCase(_ point: UInt32, into text: inout [UInt32]) {
    text.append(lower[point] ?? (point == 0x130 ? 0x69 : point))
    if point == 0x130 { text.append(0x307) }
  }

  /// One step of decomposition; nil where the code point stays as it is.
  func decomposition(_ point: UInt32, compatible: Bool) -> ArraySlice<UInt32>? {
    var low = 0
    var high = decomposed.count
    while low < high {
      let middle = (low + high) / 2
      if decomposed[middle] < point { low = middle + 1 } else { high = middle }
    }
    guard low < decomposed.count, decomposed[low] == point else { return nil }
    let mapping = mappings[low]
    if mapping.isCompatible && !compatible { return nil }
    return mapped[Int(mapping.start)..<Int(mapping.start) + Int(mapping.count)]
  }

  func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    composed[UInt64(first) << 32 | UInt64(second)]
  }
}

/// Reads the numbers of a table in ``UnicodeData``.
private struct PackedNumbers {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0

  init(_ text: StaticString) {
    bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  mutating func next() -> Int? {
    var value = 0
    var shift = 0
    while at < bytes.count {
      let byte = Int(bytes[at])
      at += 1
      if byte < 0x3F { continue }  // a line's end
      value |= ((byte - 0x3F) & 31) << shift
      shift += 5
      if byte - 0x3F < 32 { return value }
    }
    return nil
  }

  mutating func nextSigned() -> Int {
    let value = next()!
    return value & 1 == 0 ? value >> 1 : -(value + 1) / 2
  }
}
