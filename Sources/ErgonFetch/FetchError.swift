/// What can go wrong with a download, each as "what: where: what to do".
public enum FetchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// An address is none, is not `http` or `https`, or would carry a token in the clear.
  case invalidURL(String)
  case unreachable(url: String, reason: String)
  case unauthorised(url: String)
  case notFound(url: String)
  case unexpectedStatus(url: String, code: UInt)
  /// A server sends elsewhere too often, or to where nothing may be fetched from.
  case badRedirect(url: String, reason: String)
  case tooLarge(url: String, limit: Int)
  case truncated(url: String, received: Int, expected: Int)
  case wrongSize(url: String, received: Int, expected: Int)
  case wrongDigest(url: String, found: FileDigest, expected: FileDigest)
  /// The server has been asked too often, and may have said how many seconds to wait.
  case rateLimited(url: String, seconds: Int?)
  /// Another process fetches the same file.
  case busy(path: String)
  case cannotWrite(path: String, reason: String)
  /// No address gave the file; one error for each.
  case everySourceFailed(path: String, [FetchError])

  public var description: String {
    switch self {
    case .invalidURL(let url):
      "no address to fetch from: '\(url.prefix(200))': use https, or http without a token"
    case .unreachable(let url, let reason):
      "not reachable: \(url): \(reason); check the network, or fetch the file by hand"
    case .unauthorised(let url):
      "access refused: \(url): a token is missing, or this one may not read it"
    case .notFound(let url): "not found: \(url): the file has moved or never was there"
    case .unexpectedStatus(let url, let code): "unexpected answer: \(url): HTTP status \(code)"
    case .badRedirect(let url, let reason): "redirect refused: \(url): \(reason)"
    case .tooLarge(let url, let limit):
      "file refused: \(url): it is larger than the limit of \(limit) bytes"
    case .truncated(let url, let received, let expected):
      "download cut short: \(url): \(received) of \(expected) bytes; run the same again to go on"
    case .wrongSize(let url, let received, let expected):
      "another file: \(url): \(received) bytes where \(expected) were published"
    case .wrongDigest(let url, let found, let expected):
      "another file: \(url): \(found) where \(expected) was published; none of it was kept"
    case .rateLimited(let url, let seconds):
      "too many requests: \(url): try again "
        + (seconds.map { "in \($0) s" } ?? "later") + "; a token may have a higher limit"
    case .busy(let path): "already being fetched: \(path): wait for the other process to end"
    case .cannotWrite(let path, let reason): "cannot write: \(path): \(reason)"
    case .everySourceFailed(let path, let errors):
      "no source gave the file: \(path): "
        + errors.map { $0.description }.joined(separator: "; ")
    }
  }

  /// Whether no server was reached at all, as without a network.
  public var isOffline: Bool {
    switch self {
    case .unreachable: true
    case .everySourceFailed(_, let errors): errors.allSatisfy(\.isOffline)
    default: false
    }
  }

  /// Whether the same question may be answered a moment later.
  var mayPass: Bool {
    switch self {
    case .unreachable, .truncated, .rateLimited: true
    case .unexpectedStatus(_, let code): code == 408 || (500...599).contains(code)
    default: false
    }
  }

  /// Whether another address may help.
  var isOfSource: Bool {
    switch self {
    case .busy, .cannotWrite, .everySourceFailed: false
    default: true
    }
  }
}
