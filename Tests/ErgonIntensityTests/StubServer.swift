import Synchronization
import _ErgonTestSupport

/// A server that gives scripted answers and keeps what it was asked.
final class StubServer: Sendable {
  /// What to do with one request.
  enum Answer: Sendable {
    /// A whole answer with its status line's code, extra headers and body.
    case reply(Int, String, headers: [String] = [])
    /// Bytes as they are, after which the connection is closed.
    case raw([UInt8])
    /// Nothing at all until the server is closed.
    case silence

    var answer: LoopbackServer.Answer {
      switch self {
      case .reply(let code, let body, let headers):
        let head =
          ["HTTP/1.1 \(code) Whatever", "content-length: \(body.utf8.count)", "connection: close"]
          + headers
        return .init(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
      case .raw(let bytes): return .init(bytes)
      case .silence: return .init([], staysOpen: true)
      }
    }
  }

  private final class Script: Sendable {
    let state: Mutex<(answers: [Answer], requests: [String])>
    init(_ answers: [Answer]) { state = Mutex((answers, [])) }
  }

  private let server: LoopbackServer
  private let script: Script

  /// - Parameter answers: One a request; the last is given again and again.
  init(_ answers: Answer...) throws {
    let script = Script(answers)
    self.script = script
    server = try LoopbackServer { head in
      script.state.withLock { state in
        state.requests.append(head)
        return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
      }.answer
    }
  }

  var baseURL: String { server.url }
  /// The requests so far, each with its headers.
  var requests: [String] { script.state.withLock { $0.requests } }

  func close() { server.close() }
}
