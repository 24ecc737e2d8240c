/// A JSON object's members in the order they were written, found by key at constant cost.
///
/// Keys are the same where their bytes are: `"é"` in one code point and in two are two keys, which
/// Swift's `String` would not tell apart.
public struct JSONObject: Sendable {
  public private(set) var keys: [String] = []
  public private(set) var values: [JSONValue] = []
  /// Where a key is; kept only from nine members on, below that a walk is faster.
  private var places: [Name: Int] = [:]
  private static let walked = 8

  private struct Name: Hashable {
    let text: String
    static func == (left: Name, right: Name) -> Bool { sameBytes(left.text, right.text) }
    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  public init() {}

  public var count: Int { keys.count }
  public var isEmpty: Bool { keys.isEmpty }

  /// The value of a key.
  ///
  /// A new key goes to the end, a known one stays where it is, and nil takes the member out.
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { values[$0] } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): values[place] = value
      case (nil, let value?): append(key, value)
      case (let place?, nil): remove(at: place)
      case (nil, nil): break
      }
    }
  }

  private func place(of key: String) -> Int? {
    count > Self.walked ? places[Name(text: key)] : keys.firstIndex { sameBytes($0, key) }
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    keys.append(key)
    values.append(value)
    if count == Self.walked + 1 {
      index()
    } else if count > Self.walked {
      places[Name(text: key)] = count - 1
    }
  }

  private mutating func remove(at place: Int) {
    keys.remove(at: place)
    values.remove(at: place)
    places = [:]
    if count > Self.walked { index() }
  }

  private mutating func index() {
    for (place, key) in keys.enumerated() { places[Name(text: key)] = place }
  }
}

/// Whether two strings are the same bytes, not only canonically equivalent.
func sameBytes(_ left: String, _ right: String) -> Bool {
  left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    self.init()
    for (key, value) in members { self[key] = value }
  }
}

extension JSONObject: Equatable {
  /// The same members, in whatever order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
  }
}

extension JSONObject: Sequence {
  public func makeIterator() -> AnyIterator<(key: String, value: JSONValue)> {
    var place = 0
    return AnyIterator {
      guard place < count else { return nil }
      defer { place += 1 }
      return (keys[place], values[place])
    }
  }
}
