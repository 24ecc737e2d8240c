#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An address that may be fetched from.
struct WebAddress: Equatable {
  let text: String
  private let url: URL

  /// - Throws: ``FetchError/invalidURL(_:)`` for anything but `http` and `https` with a host, and
  ///   for a name and password inside.
  init(_ text: String) throws(FetchError) {
    guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), let url = URL(string: text),
      url.scheme == "https" || url.scheme == "http", let host = url.host(), !host.isEmpty,
      url.user() == nil
    else { throw .invalidURL(text) }
    self.text = text
    self.url = url
  }

  /// Whether a secret may be sent there: only where nobody on the way can read it.
  var isPrivate: Bool {
    url.scheme == "https" || ["127.0.0.1", "localhost", "::1", "[::1]"].contains(url.host())
  }

  /// For errors: a store of files is sent on to with a signature in the query, which is a secret.
  var withoutQuery: String { String(text.prefix { $0 != "?" }) }

  func hasOrigin(of other: WebAddress) -> Bool {
    url.scheme == other.url.scheme && url.host() == other.url.host() && url.port == other.url.port
  }

  /// Where a server sends on to.
  ///
  /// - Throws: ``FetchError/badRedirect(url:reason:)`` for no address, or one that anybody on the
  ///   way can change when this one was safe from that.
  func following(_ location: String) throws(FetchError) -> WebAddress {
    guard let target = URL(string: location, relativeTo: url)?.absoluteString,
      let next = try? WebAddress(target)
    else {
      let shown = location.prefix { $0 != "?" }.prefix(100)
      throw .badRedirect(url: withoutQuery, reason: "to '\(shown)', which is no address")
    }
    if url.scheme == "https", next.url.scheme != "https" {
      throw .badRedirect(url: withoutQuery, reason: "from https to http")
    }
    return next
  }
}
