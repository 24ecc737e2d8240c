/// Files with a few things wrong: what a parser of outside data must survive.
///
/// ```swift
/// var mutation = Mutation(seed: 1)
/// for _ in 0..<1000 { _ = try? parse(mutation.apply(to: goodFile)) }
/// ```
public struct Mutation {
  private var random: SeededGenerator

  public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// One to six changes: a byte, a bit, a number of two or four bytes at its limits, bytes taken
  /// out, put in, doubled, or everything behind a place cut off.
  public mutating func apply(to seed: [UInt8]) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let isInside = place < bytes.count
      switch UInt8.random(in: 0...9, using: &random) {
      case 0, 1:
        if isInside { bytes[place] = .random(in: 0...255, using: &random) }
      case 2, 3:
        if isInside { bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
      case 4: overwrite(&bytes, place, 2)
      case 5: overwrite(&bytes, place, 4)
      case 6:
        if isInside { bytes.remove(at: place) }
      case 7: bytes.insert(Self.marks.randomElement(using: &random) ?? 0, at: place)
      case 8: bytes.removeSubrange(place...)
      default:
        let length = min(Int.random(in: 0...64, using: &random), bytes.count - place)
        bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      }
    }
    return bytes
  }

  private mutating func overwrite(_ bytes: inout [UInt8], _ place: Int, _ size: Int) {
    guard place + size <= bytes.count else { return }
    let ends: [UInt32] = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, .max]
    let value = ends.randomElement(using: &random) ?? 0
    let isBigEndian = Bool.random(using: &random)
    for index in 0..<size {
      let shift = 8 * (isBigEndian ? size - 1 - index : index)
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  /// Bytes that mean something to some format.
  private static let marks: [UInt8] = [
    0, 9, 10, 13, 32, 34, 35, 39, 40, 41, 44, 45, 46, 47, 48, 57, 58, 63, 64, 91, 92, 93, 123, 125,
    0x80, 0xC3, 0xEF, 0xFF,
  ]
}
