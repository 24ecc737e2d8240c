import Dispatch
import Synchronization
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A tiny HTTP server on the loopback interface that asks the test what to answer.
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

  let url: String
  private let descriptor: Int32
  private let reply: @Sendable (Request, Int) -> Reply
  private let state = Mutex<(requests: [Request], open: [Int32], isClosed: Bool)>(([], [], false))

  /// - Parameter reply: What to answer a request; the number counts them from 0.
  init(_ reply: @escaping @Sendable (Request, Int) -> Reply) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    self.reply = reply
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    try #require(isBound)
    DispatchQueue(label: "file server").async { self.serve() }
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

  var requests: [Request] { state.withLock { $0.requests } }

  func close() {
    let open = state.withLock { state in
      state.isClosed = true
      defer { state.open = [] }
      return state.open
    }
    // Shutting down wakes the thread that waits in accept.
    shutdown(descriptor, Int32(SHUT_RDWR))
    for connection in open { closeDescriptor(connection) }
  }

  private func serve() {
    while true {
      let connection = acceptConnection(descriptor)
      guard connection >= 0, !state.withLock({ $0.isClosed }) else { break }
      let request = head(of: connection)
      let number = state.withLock { state in
        state.requests.append(request)
        return state.requests.count - 1
      }
      let reply = reply(request, number)
      let head =
        [
          "HTTP/1.1 \(reply.status) Whatever",
          "content-length: \(reply.statedLength ?? reply.body.count)", "connection: close",
        ] + reply.headers
      send(connection, Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8))
      send(connection, Array(reply.body.prefix(reply.sent ?? reply.body.count)))
      if reply.stalls {
        state.withLock { $0.open.append(connection) }
      } else {
        closeDescriptor(connection)
      }
    }
    closeDescriptor(descriptor)
  }

  private func head(of connection: Int32) -> Request {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]), bytes.count < 65536,
      recv(connection, &byte, 1, 0) == 1
    { bytes.append(byte) }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    let words = lines.first?.split(separator: " ") ?? []
    return Request(path: words.count > 1 ? String(words[1]) : "", headers: headers)
  }

  private func send(_ connection: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      // A client that refuses the answer closes early; that must not end the test process.
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { sendBytes(connection, $0.baseAddress, $0.count, flags) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

private func acceptConnection(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }

private func sendBytes(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int { send(descriptor, bytes, count, flags) }
