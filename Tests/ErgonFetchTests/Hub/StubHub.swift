import ErgonData
import Synchronization

@testable import ErgonFetch

/// A hub with one model on the loopback interface, whose large files are in a store of their own.
final class StubHub: Sendable {
  static let commit = String(repeating: "c", count: 40)

  let server: FileServer
  let store: FileServer
  private let state: State

  /// What the hub has and how it behaves, to be changed by a test.
  struct Content: Sendable {
    var commit = StubHub.commit
    var small: [String: [UInt8]] = [:]
    var large: [String: [UInt8]] = [:]
    /// Whose bytes come in place of a file's.
    var forged: [String: [UInt8]] = [:]
    /// Sent instead of the list of files.
    var listing: String?
    /// Bytes after which the store breaks off, once.
    var cut: Int?
    /// What every question is answered with.
    var refusal: FileServer.Reply?
  }

  private final class State: Sendable {
    let content: Mutex<Content>
    init(_ content: Content) { self.content = Mutex(content) }
  }

  init(_ content: Content) throws {
    let state = State(content)
    self.state = state
    let store = try FileServer { request, _ in
      let content = state.content.withLock { $0 }
      let name = String(request.path.dropFirst("/store/".count))
      guard let bytes = content.forged[name] ?? content.large[name] else {
        return FileServer.Reply(status: 404)
      }
      var reply = FileServer.answer(request, file: bytes)
      if let cut = content.cut {
        reply.sent = cut
        state.content.withLock { $0.cut = nil }
      }
      return reply
    }
    self.store = store
    let address = store.url
    server = try FileServer { request, _ in
      let content = state.content.withLock { $0 }
      if let refusal = content.refusal { return refusal }
      if request.path == "/api/models/org/name/revision/main?blobs=true" {
        return FileServer.Reply(body: Array((content.listing ?? content.json).utf8))
      }
      let base = "/org/name/resolve/\(content.commit)/"
      guard request.path.hasPrefix(base) else { return FileServer.Reply(status: 404) }
      let name = String(request.path.dropFirst(base.count))
      if content.large[name] != nil {
        return FileServer.Reply(status: 302, headers: ["location: \(address)/store/\(name)"])
      }
      guard let bytes = content.forged[name] ?? content.small[name] else {
        return FileServer.Reply(status: 404)
      }
      return FileServer.answer(request, file: bytes)
    }
  }

  func change(_ body: @Sendable (inout Content) -> Void) { state.content.withLock { body(&$0) } }

  func close() {
    server.close()
    store.close()
  }

  /// A client of it that does not wait long.
  func client(token: String? = nil) throws -> ModelSource {
    var options = quick
    options.bearerToken = token
    return .hub(try HuggingFaceHub(endpoint: server.url + "/", options: options))
  }
}

extension StubHub.Content {
  /// A model of two parts, as the hub publishes one.
  static let model = StubHub.Content(
    small: [
      "config.json": Array("{}".utf8), "tokenizer.json": Array("{\"model\":1}".utf8),
      "model.safetensors.index.json": Array("{\"weight_map\":{}}".utf8),
      "README.md": Array("read me".utf8),
    ],
    large: [
      "model-00001-of-00002.safetensors": DownloaderTests.file,
      "model-00002-of-00002.safetensors": Array(repeating: 9, count: 1000),
    ])

  static let packed = StubHub.Content(
    small: ["README.md": Array("read me".utf8)],
    large: [
      "name-Q4_0.gguf": Array(repeating: 4, count: 400),
      "name-Q4_K_M.gguf": Array(repeating: 5, count: 500),
      "sub/name.Q8_0.gguf": Array(repeating: 8, count: 800),
    ])

  /// What the hub answers about the model.
  var json: String {
    let files =
      small.map { name, bytes in
        #"{"rfilename":"\#(name)","size":\#(bytes.count),"blobId":"\#(GitBlobDigest(of: bytes))"}"#
      }
      + large.map { name, bytes in
        // The git digest is the pointer's, and no digest of the bytes.
        #"{"rfilename":"\#(name)","size":\#(bytes.count),"blobId":"\#(StubHub.commit)","#
          + #""lfs":{"sha256":"\#(SHA256Digest(of: bytes))","size":\#(bytes.count),"pointerSize":9}}"#
      }
    return #"{"id":"org/name","sha":"\#(commit)","siblings":[\#(files.joined(separator: ","))]}"#
  }
}
