/// Numbers of one line as whole numbers in the same order, which sort by their digits.
///
/// Negative zero counts as zero; NaN comes after everything else, last when sorting upwards.
struct SortKeys {
  private(set) var keys: [UInt64]
  /// How many of the low bits are in use.
  private let width: Int

  /// The keys of `count` elements, `step` apart; the other way round where `descending`.
  init<S: NumericScalar>(_ start: UnsafePointer<S>, count: Int, step: Int, descending: Bool) {
    let places = stride(from: 0, to: count * step, by: Swift.max(step, 1))
    let raw = UnsafeRawPointer(start)
    switch ObjectIdentifier(S.self) {
    case ObjectIdentifier(Float.self):
      let x = raw.assumingMemoryBound(to: Float.self)
      keys = places.map { i in
        let value = x[i]
        if value.isNaN { return UInt64(UInt32.max) }
        let bits = (value + 0).bitPattern  // -0 + 0 is 0
        return UInt64(bits >> 31 == 0 ? bits | 1 << 31 : ~bits)
      }
      width = 32
    case ObjectIdentifier(Double.self):
      let x = raw.assumingMemoryBound(to: Double.self)
      keys = places.map { i in
        let value = x[i]
        if value.isNaN { return UInt64.max }
        let bits = (value + 0).bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
      }
      width = 64
    case ObjectIdentifier(Int32.self):
      let x = raw.assumingMemoryBound(to: Int32.self)
      keys = places.map { UInt64(UInt32(bitPattern: x[$0]) ^ 1 << 31) }
      width = 32
    case ObjectIdentifier(UInt8.self):
      let x = raw.assumingMemoryBound(to: UInt8.self)
      keys = places.map { UInt64(x[$0]) }
      width = 8
    default: preconditionFailure("sort: no order of \(S.elementName)")
    }
    if descending {
      let mask = width == 64 ? UInt64.max : 1 << UInt64(width) - 1
      for i in keys.indices { keys[i] = ~keys[i] & mask }
    }
  }

  /// The positions in ascending order of their keys, equal ones in the order they were in.
  func order() -> [Int32] {
    keys.count < 200 ? orderByInsertion() : orderByDigits()
  }

  private func orderByInsertion() -> [Int32] {
    var order: [Int32] = []
    order.reserveCapacity(keys.count)
    for i in keys.indices {
      // After everything that is not greater, found by halving.
      var low = 0
      var high = order.count
      while low < high {
        let middle = (low + high) / 2
        if keys[Int(order[middle])] <= keys[i] { low = middle + 1 } else { high = middle }
      }
      order.insert(Int32(i), at: low)
    }
    return order
  }

  /// A radix sort from the lowest digit, 11 bits a pass; passes in which all digits agree are left
  /// out.
  private func orderByDigits() -> [Int32] {
    var order = (0..<Int32(keys.count)).map { $0 }
    var next = order
    for shift in stride(from: 0, to: width, by: 11) {
      var starts = [Int](repeating: 0, count: 1 << 11)
      for key in keys { starts[Int(key >> UInt64(shift) & 0x7FF)] += 1 }
      if starts.contains(keys.count) { continue }
      var total = 0
      for digit in starts.indices {
        (starts[digit], total) = (total, total + starts[digit])
      }
      keys.withUnsafeBufferPointer { keys in
        starts.withUnsafeMutableBufferPointer { starts in
          next.withUnsafeMutableBufferPointer { next in
            for position in order {
              let digit = Int(keys[Int(position)] >> UInt64(shift) & 0x7FF)
              next[starts[digit]] = position
              starts[digit] += 1
            }
          }
        }
      }
      swap(&order, &next)
    }
    return order
  }

  /// The first `count` positions of ``order()``, without ordering the rest.
  func first(_ count: Int) -> [Int32] {
    if count * 4 >= keys.count || count > 1000 { return Array(order().prefix(count)) }
    if count == 0 { return [] }
    // The best so far in order; few candidates get past the last of them.
    var best: [Int32] = []
    best.reserveCapacity(count + 1)
    for i in keys.indices {
      let key = keys[i]
      if best.count == count, key >= keys[Int(best[count - 1])] { continue }
      var low = 0
      var high = best.count
      while low < high {
        let middle = (low + high) / 2
        if keys[Int(best[middle])] <= key { low = middle + 1 } else { high = middle }
      }
      best.insert(Int32(i), at: low)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
