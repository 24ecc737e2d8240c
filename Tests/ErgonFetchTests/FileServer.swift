import Synchronization
import _ErgonTestSupport

/// A server that asks the test what to answer.
final class FileServer: Sendable {
  struct Request: Sendable {
    var path: String
    /// Names in lower case.
    var headers: [String: String]

    /// Where the range that is asked for begins.
    var start: Int? {
      headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
    }
  }

  struct Reply: Sendable {
    var status = 200
    var headers: [String] = []
    var body: [UInt8] = []
    /// What the head says of the body's length, where that is not the truth.
    var statedLength: Int?
    /// Bytes after which the server breaks off, or says nothing any more.
    var sent: Int?
    var stalls = false
  }

  private final class Journal: Sendable {
    let requests = Mutex<[Request]>([])
  }

  private let server: LoopbackServer
  private let journal: Journal

  /// - Parameter reply: What to answer a request; the number counts them from 0.
  init(_ reply: @escaping @Sendable (Request, Int) -> Reply) throws {
    let journal = Journal()
    self.journal = journal
    server = try LoopbackServer { head in
      let request = Request(head: head)
      let number = journal.requests.withLock { requests in
        requests.append(request)
        return requests.count - 1
      }
      return reply(request, number).answer
    }
  }

  /// A server of one file that knows ranges and versions, as real ones do.
  convenience init(file: [UInt8], version: String = "\"1\"") throws {
    try self.init { request, _ in Self.answer(request, file: file, version: version) }
  }

  /// What a well-behaved server says.
  static func answer(_ request: Request, file: [UInt8], version: String = "\"1\"") -> Reply {
    let isSame = request.headers["if-range"].map { $0 == version } ?? true
    guard let start = request.start, isSame else {
      return Reply(headers: ["etag: \(version)"], body: file)
    }
    guard start < file.count else {
      return Reply(status: 416, headers: ["content-range: bytes */\(file.count)"])
    }
    return Reply(
      status: 206,
      headers: [
        "etag: \(version)", "content-range: bytes \(start)-\(file.count - 1)/\(file.count)",
      ],
      body: Array(file[start...]))
  }

  var url: String { server.url }
  var requests: [Request] { journal.requests.withLock { $0 } }

  func close() { server.close() }
}

extension FileServer.Request {
  init(head: String) {
    let lines = head.split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    path = words.count > 1 ? String(words[1]) : ""
    headers = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
  }
}

extension FileServer.Reply {
  var answer: LoopbackServer.Answer {
    let head =
      [
        "HTTP/1.1 \(status) Whatever", "content-length: \(statedLength ?? body.count)",
        "connection: close",
      ] + headers
    return .init(
      Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        + body.prefix(sent ?? body.count),
      staysOpen: stalls)
  }
}
