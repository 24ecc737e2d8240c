/// A vocabulary's pieces and their ids, in one piece of memory each.
package struct Vocabulary: Sendable {
  /// The pieces as their file writes them; `""` where an id has none.
  let pieces: StringTable
  /// Bytes of the longest piece.
  let longest: Int
  /// Open addressing: the upper half of a piece's hash, and its id plus 1 (0: free).
  private let slots: [UInt64]

  /// - Parameter isFindable: Which ids ``id(of:)`` knows; of two equal pieces it knows the first.
  package init(_ pieces: StringTable, isFindable: (Int) -> Bool = { _ in true }) {
    self.pieces = pieces
    let size = slotCount(for: pieces.count)
    var slots = [UInt64](repeating: 0, count: size)
    var longest = 0
    pieces.bytes.withUnsafeBufferPointer { bytes in
      for id in 0..<pieces.count {
        let range = pieces.range(at: id)
        if range.isEmpty || !isFindable(id) { continue }
        longest = max(longest, range.count)
        let piece = UnsafeBufferPointer(rebasing: bytes[range])
        let hash = hashBytes(piece)
        var slot = Int(truncatingIfNeeded: hash) & (size - 1)
        while slots[slot] != 0 {
          let other = pieces.range(at: Int(slots[slot] & 0xFFFF_FFFF) - 1)
          if slots[slot] >> 32 == hash >> 32,
            sameBytes(UnsafeBufferPointer(rebasing: bytes[other]), piece)
          {
            break
          }
          slot = (slot + 1) & (size - 1)
        }
        if slots[slot] == 0 { slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(id + 1) }
      }
    }
    self.longest = longest
    self.slots = slots
  }

  var count: Int { pieces.count }

  func id(of piece: UnsafeBufferPointer<UInt8>) -> TokenID? {
    if piece.isEmpty || piece.count > longest { return nil }
    let hash = hashBytes(piece)
    return slots.withUnsafeBufferPointer { slots in
      pieces.bytes.withUnsafeBufferPointer { bytes in
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
          if slots[slot] >> 32 == hash >> 32 {
            let id = Int(slots[slot] & 0xFFFF_FFFF) - 1
            let found = UnsafeBufferPointer(rebasing: bytes[pieces.range(at: id)])
            if sameBytes(found, piece) { return TokenID(id) }
          }
          slot = (slot + 1) & (slots.count - 1)
        }
        return nil
      }
    }
  }

  package func id(of piece: [UInt8]) -> TokenID? { piece.withUnsafeBufferPointer { id(of: $0) } }

  func id(of piece: String) -> TokenID? {
    var piece = piece
    return piece.withUTF8 { id(of: $0) }
  }

  func bytes(of id: TokenID) -> ArraySlice<UInt8> { pieces.bytes[pieces.range(at: Int(id))] }
}

/// A power of two that `count` entries fill by at most two thirds.
package func slotCount(for count: Int) -> Int {
  var size = 16
  while size * 2 < count * 3 { size *= 2 }
  return size
}

/// A hash of bytes, eight at a time by multiplication; no promise against chosen collisions.
@inlinable @inline(__always)
package func hashBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
  guard let start = UnsafeRawPointer(bytes.baseAddress) else { return 0 }
  var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
  var at = 0
  while at + 8 <= bytes.count {
    hash = mixed(hash ^ start.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    at += 8
  }
  var rest: UInt64 = 0
  while at < bytes.count {
    rest = rest << 8 | UInt64(bytes[at])
    at += 1
  }
  return mixed(hash ^ rest)
}

@inlinable @inline(__always)
package func mixed(_ value: UInt64) -> UInt64 {
  let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
  return product.high ^ product.low
}

@inlinable @inline(__always)
package func sameBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>)
  -> Bool
{
  if left.count != right.count { return false }
  for place in 0..<left.count where left[place] != right[place] { return false }
  return true
}
