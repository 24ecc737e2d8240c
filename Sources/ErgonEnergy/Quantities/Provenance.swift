/// How a figure came to be, from best to worst.
public enum ProvenanceKind: String, Sendable, Codable, CaseIterable, Comparable {
  /// Read from a counter of the very device.
  case measured
  /// A share of a counter, divided by a stated rule.
  case attributed
  /// The output of a named model.
  case estimated
  /// A declared constant.
  case assumed

  private var rank: Int { Self.allCases.firstIndex(of: self)! }
  /// Better kinds are smaller.
  public static func < (a: ProvenanceKind, b: ProvenanceKind) -> Bool { a.rank < b.rank }
}

/// Where a figure comes from: its kind, and the source's name and version.
///
/// ```swift
/// Provenance(.measured, source: "powercap intel-rapl", version: "Linux 6.1")
/// ```
public struct Provenance: Sendable, Hashable, Codable, CustomStringConvertible {
  public var kind: ProvenanceKind
  /// The source by name: a driver, a model, a published table.
  public var source: String
  /// The version of that source; empty where it has none.
  public var version: String

  public init(_ kind: ProvenanceKind, source: String, version: String = "") {
    self.kind = kind
    self.source = source
    self.version = version
  }

  public var description: String {
    "\(kind.rawValue): \(source)" + (version.isEmpty ? "" : " (\(version))")
  }

  /// What a sum or product of two figures may claim: the weaker kind, and both sources named.
  public func combined(with other: Provenance) -> Provenance {
    if self == other { return self }
    let names = source == other.source ? source : Self.union(source, other.source)
    let versions = version == other.version ? version : Self.union(version, other.version)
    return Provenance(max(kind, other.kind), source: names, version: versions)
  }

  /// Joins lists such as `a + b` without naming anything twice.
  private static func union(_ a: String, _ b: String) -> String {
    var parts = Self.parts(a)
    for part in Self.parts(b) where !parts.contains(part) { parts.append(part) }
    return parts.joined(separator: " + ")
  }

  private static func parts(_ text: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(text)
    while let cut = rest.firstRange(of: " + ") {
      parts.append(String(rest[..<cut.lowerBound]))
      rest = rest[cut.upperBound...]
    }
    if !rest.isEmpty { parts.append(String(rest)) }
    return parts
  }
}
