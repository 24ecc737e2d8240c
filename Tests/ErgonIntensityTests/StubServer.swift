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

/// A tiny HTTP server on the loopback interface that gives scripted answers and keeps what it was
/// asked.
final class StubServer: Sendable {
  /// What to do with one request.
  enum Answer: Sendable {
    /// A whole answer with its status line's code, extra headers and body.
    case reply(Int, String, headers: [String] = [])
    /// Bytes as they are, after which the connection is closed.
    case raw([UInt8])
    /// Nothing at all until the server is closed.
    case silence
  }

  private struct State {
    var answers: [Answer]
    var requests: [String] = []
    var open: [Int32] = []
    var isClosed = false
  }

  let baseURL: String
  private let descriptor: Int32
  private let state: Mutex<State>

  /// - Parameter answers: One a request; the last is given again and again.
  init(_ answers: Answer...) throws {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    baseURL = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    state = Mutex(State(answers: answers))
    try #require(isBound)
    DispatchQueue(label: "stub server").async { self.serve() }
  }

  /// The requests so far, each with its headers.
  var requests: [String] { state.withLock { $0.requests } }

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
      let answer = state.withLock { state in
        state.requests.append(request)
        return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
      }
      switch answer {
      case .reply(let code, let body, let headers):
        let head =
          ["HTTP/1.1 \(code) Whatever", "content-length: \(body.utf8.count)", "connection: close"]
          + headers
        send(connection, Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        closeDescriptor(connection)
      case .raw(let bytes):
        send(connection, bytes)
        closeDescriptor(connection)
      case .silence: state.withLock { $0.open.append(connection) }
      }
    }
    closeDescriptor(descriptor)
  }

  private func head(of connection: Int32) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]), bytes.count < 65536,
      recv(connection, &byte, 1, 0) == 1
    { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
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
