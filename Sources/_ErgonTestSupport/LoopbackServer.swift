import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A server on the loopback interface that hands each request's head to a test, and sends what the
/// test answers.
public final class LoopbackServer: Sendable {
  /// Bytes as they are; afterwards the connection is closed, or left open until the server is.
  public struct Answer: Sendable {
    public var bytes: [UInt8]
    public var staysOpen: Bool

    public init(_ bytes: [UInt8], staysOpen: Bool = false) {
      self.bytes = bytes
      self.staysOpen = staysOpen
    }
  }

  /// The machine gave no socket, for the reason of this number.
  public struct NoSocket: Error { public let number: Int32 }

  public let url: String
  private let descriptor: Int32
  private let answer: @Sendable (_ head: String) -> Answer
  private let state = Mutex<(open: [Int32], isClosed: Bool)>(([], false))

  /// - Parameter answer: Called for one request after the other, with its lines up to the empty one.
  public init(_ answer: @escaping @Sendable (_ head: String) -> Answer) throws {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    self.descriptor = descriptor
    self.answer = answer
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
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    guard isBound else { throw NoSocket(number: errno) }
    DispatchQueue(label: "loopback server").async { self.serve() }
  }

  public func close() {
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
      let answer = answer(head(of: connection))
      send(connection, answer.bytes)
      if answer.staysOpen {
        state.withLock { $0.open.append(connection) }
      } else {
        closeDescriptor(connection)
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
