/// A model on a hub, as `org/name[@revision][:file-or-quantisation]`.
///
/// ```swift
/// let reference = try HubReference("microsoft/bitnet-b1.58-2B-4T-gguf:I2_S")
/// reference.name        // "microsoft/bitnet-b1.58-2B-4T-gguf"
/// ```
public struct HubReference: Sendable, Hashable, CustomStringConvertible {
  /// Organisation and repository.
  public let name: String
  /// A branch, a tag or a commit; `nil` where nothing was said, which is `main`.
  public let revision: String?
  /// One file by its path, or a quantisation such as `Q4_0`.
  public let selection: String?

  /// - Throws: ``HubError/invalidReference(_:reason:)``.
  public init(_ text: String) throws(HubError) {
    func refused(_ reason: String) -> HubError { .invalidReference(text, reason: reason) }
    // A file may have any sign in its name, so the first colon ends what comes before it.
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let names = head[0].split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2 else { throw refused("it is not two names with a '/' between") }
    guard names.allSatisfy({ Self.isName($0) }) else {
      throw refused("names have letters, digits, '-', '_' and '.', and 96 of them at most")
    }
    name = String(head[0])
    if head.count == 2 {
      guard Self.isRevision(head[1]) else { throw refused("'\(head[1])' is no revision") }
      revision = String(head[1])
    } else {
      revision = nil
    }
    if parts.count == 2 {
      guard !parts[1].isEmpty else { throw refused("nothing follows the ':'") }
      selection = String(parts[1])
    } else {
      selection = nil
    }
  }

  /// The same model at a revision.
  ///
  /// - Throws: ``HubError/invalidReference(_:reason:)`` for no revision, or for another than the
  ///   reference has.
  public func at(_ revision: String) throws(HubError) -> HubReference {
    guard self.revision == nil || self.revision == revision else {
      throw .invalidReference(description, reason: "it is to be of revision '\(revision)', too")
    }
    return try HubReference("\(name)@\(revision)" + (selection.map { ":\($0)" } ?? ""))
  }

  /// The revision that is meant.
  public var effectiveRevision: String { revision ?? "main" }

  /// Where the model lies below a cache's folder.
  var folder: String { "\(name)/\(Self.folder(ofRevision: effectiveRevision))" }

  static func folder(ofRevision revision: String) -> String {
    // No revision has a '%' of its own, so that two never share a folder.
    revision.replacing("/", with: "%2F")
  }

  public var description: String {
    name + (revision.map { "@\($0)" } ?? "") + (selection.map { ":\($0)" } ?? "")
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 96 && text.first != "." && text.first != "-"
      && text.utf8.allSatisfy(isPlain)
  }

  private static func isRevision(_ text: Substring) -> Bool {
    text.utf8.count <= 200
      && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0.first != "." && $0.utf8.allSatisfy(isPlain)
      }
  }

  static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
