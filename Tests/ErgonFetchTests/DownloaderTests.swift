import ErgonData
import ErgonWorkload
import Testing

@testable import ErgonFetch

/// Short waits, so that a test of a failure is no long test.
let quick = DownloadOptions(connectTimeout: 60, stallTimeout: 60, attempts: 3, retryDelay: 0.01)

@Suite("Downloads")
struct DownloaderTests {
  static let file: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
  static let digest = SHA256Digest(of: file)
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fetch(
    _ urls: [String], _ options: DownloadOptions = quick, size: Int? = Self.file.count,
    digest: SHA256Digest? = Self.digest, in context: some WorkloadContext = UnobservedContext()
  ) async throws -> Downloader.Outcome {
    try await Downloader(options: options).fetch(
      urls, to: folder.path + "/file", size: size, digest: digest, in: context)
  }

  /// That the file is there whole, and nothing beside it.
  private func expectWhole() {
    #expect(folder.bytes("file") == Self.file)
    #expect(folder.names == ["file"])
  }

  @Test("a file arrives whole, with progress in bytes, and is asked for without an encoding")
  func whole() async throws {
    let server = try FileServer(file: Self.file)
    defer { server.close() }
    let context = WatchingContext()
    let outcome = try await fetch([server.url + "/a/b?c=d"], in: context)
    expectWhole()
    #expect(outcome.received == Self.file.count && outcome.resumedFrom == 0)
    #expect(outcome.url == server.url + "/a/b?c=d")
    let reports = context.reports
    #expect(reports.last?.completed == 300_000 && reports.last?.total == 300_000)
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.completed <= $1.completed })
    let request = try #require(server.requests.first)
    #expect(server.requests.count == 1 && request.path == "/a/b?c=d")
    #expect(request.headers["accept-encoding"] == "identity" && request.headers["range"] == nil)
  }

  @Test("a stopped download leaves its beginning, and the next goes on where it was")
  func resume() async throws {
    let server = try FileServer(file: Self.file)
    defer { server.close() }
    await #expect(throws: WorkloadStopped(reason: "enough")) {
      try await fetch([server.url], in: WatchingContext(stopAfter: 1000))
    }
    let beginning = try #require(folder.bytes("file.partial"))
    #expect(
      beginning.count >= 1000 && beginning.count < Self.file.count && folder.bytes("file") == nil)
    let outcome = try await fetch([server.url])
    expectWhole()
    #expect(outcome.resumedFrom == beginning.count)
    #expect(outcome.received == Self.file.count - beginning.count)
    #expect(server.requests[1].headers["range"] == "bytes=\(beginning.count)-")
    #expect(server.requests[1].headers["if-range"] == "\"1\"")
  }

  @Test("a connection that breaks off is gone on with, in the same run")
  func truncated() async throws {
    let server = try FileServer { request, number in
      var reply = FileServer.answer(request, file: Self.file)
      if number < 2 { reply.sent = 50_000 }
      return reply
    }
    defer { server.close() }
    let outcome = try await fetch([server.url])
    expectWhole()
    #expect(outcome.received == Self.file.count && server.requests.count == 3)
    #expect(server.requests.compactMap(\.start).count == 2)
  }

  @Test("a server that always breaks off is given up, and the beginning kept")
  func brokenServer() async throws {
    let server = try FileServer { _, _ in
      FileServer.Reply(body: Array(Self.file.prefix(10)), statedLength: Self.file.count)
    }
    defer { server.close() }
    await #expect(throws: FetchError.self) { try await fetch([server.url]) }
    #expect(server.requests.count == 3 && folder.bytes("file.partial")?.count == 10)
  }

  @Test("a server that ignores ranges sends all again, and nothing is doubled")
  func noRanges() async throws {
    try folder.write(Array(Self.file.prefix(1000)), to: "file.partial")
    let server = try FileServer { _, _ in FileServer.Reply(body: Self.file) }
    defer { server.close() }
    let outcome = try await fetch([server.url])
    expectWhole()
    #expect(outcome.received == Self.file.count)
  }

  @Test("a version that has changed meanwhile is fetched from its beginning")
  func changed() async throws {
    let old = try FileServer { request, _ in
      var reply = FileServer.answer(
        request, file: Array(repeating: 7, count: 300_000), version: "\"0\"")
      reply.sent = 9000
      return reply
    }
    let address = old.url
    await #expect(throws: FetchError.self) { try await fetch([address], digest: nil) }
    old.close()
    let note = try #require(folder.bytes("file.partial-version"))
    // The same address with another version behind it.
    let server = try FileServer(file: Self.file)
    defer { server.close() }
    let text = String(decoding: note, as: UTF8.self).replacing(address, with: server.url)
    try folder.write(Array(text.utf8), to: "file.partial-version")
    _ = try await fetch([server.url], digest: nil)
    expectWhole()
    #expect(server.requests.map { $0.headers["if-range"] } == ["\"0\""])
  }

  @Test("a part of another version than was asked for is never put behind the old one")
  func mixed() async throws {
    let server = try FileServer { request, _ in
      var blind = request
      blind.headers["if-range"] = nil
      return FileServer.answer(blind, file: Self.file, version: "\"new\"")
    }
    defer { server.close() }
    try folder.write(Array(repeating: 7, count: 5000), to: "file.partial")
    try folder.write(Array("\(server.url)\n\"old\"\n".utf8), to: "file.partial-version")
    _ = try await fetch([server.url], digest: nil)
    expectWhole()
  }

  @Test("a beginning of nobody knows what is dropped when no digest could judge it")
  func unknownBeginning() async throws {
    let server = try FileServer(file: Self.file)
    defer { server.close() }
    try folder.write(Array(repeating: 7, count: 5000), to: "file.partial")
    _ = try await fetch([server.url], size: nil, digest: nil)
    expectWhole()
    #expect(server.requests.map(\.start) == [nil])
  }

  @Test("a wrong beginning is found out by the digest, and the whole is fetched")
  func wrongBeginning() async throws {
    let server = try FileServer(file: Self.file)
    defer { server.close() }
    try folder.write(Array(repeating: 7, count: 5000), to: "file.partial")
    _ = try await fetch([server.url])
    expectWhole()
    #expect(server.requests.map(\.start) == [5000, nil])
  }

  @Test("a complete beginning only gets its name")
  func complete() async throws {
    let server = try FileServer(file: Self.file)
    defer { server.close() }
    try folder.write(Self.file, to: "file.partial")
    let outcome = try await fetch([server.url])
    expectWhole()
    #expect(outcome.received == 0 && server.requests.isEmpty)
  }

  @Test("other bytes of the right size are refused, and nothing gets the file's name")
  func wrongDigest() async throws {
    var other = Self.file
    other[77] ^= 1
    let server = try FileServer(file: other)
    defer { server.close() }
    await #expect(
      throws: FetchError.wrongDigest(
        url: server.url, found: .sha256(SHA256Digest(of: other)), expected: .sha256(Self.digest))
    ) { try await fetch([server.url]) }
    #expect(folder.names.isEmpty && server.requests.count == 1)
  }

  @Test("more than was published, or than the limit, is refused")
  func tooMuch() async throws {
    let server = try FileServer(file: Self.file + [1])
    defer { server.close() }
    await #expect(throws: FetchError.self) { try await fetch([server.url]) }
    await #expect(throws: FetchError.tooLarge(url: server.url, limit: 1000)) {
      var options = quick
      options.sizeLimit = 1000
      _ = try await fetch([server.url], options, size: nil, digest: nil)
    }
    #expect(folder.bytes("file") == nil)
  }

  @Test(
    "a refusal has its own error and is not asked again",
    arguments: [(404, 0), (410, 0), (401, 1), (403, 1), (418, 2)])
  func refusals(code: Int, kind: Int) async throws {
    let server = try FileServer { _, _ in FileServer.Reply(status: code) }
    defer { server.close() }
    let errors: [FetchError] = [
      .notFound(url: server.url), .unauthorised(url: server.url),
      .unexpectedStatus(url: server.url, code: UInt(code)),
    ]
    await #expect(throws: errors[kind]) { try await fetch([server.url]) }
    #expect(server.requests.count == 1 && folder.names.isEmpty)
  }

  @Test("a server that is busy is asked again")
  func busy() async throws {
    let server = try FileServer { request, number in
      number < 2
        ? FileServer.Reply(status: number == 0 ? 503 : 429)
        : FileServer.answer(request, file: Self.file)
    }
    defer { server.close() }
    _ = try await fetch([server.url])
    expectWhole()
  }

  @Test("the next address is tried when one fails, and all are named when all do")
  func mirrors() async throws {
    let missing = try FileServer { _, _ in FileServer.Reply(status: 404) }
    var other = Self.file
    other[0] ^= 1
    let wrong = try FileServer(file: other)
    let good = try FileServer(file: Self.file)
    defer { for server in [missing, wrong, good] { server.close() } }
    let outcome = try await fetch([missing.url, wrong.url, good.url])
    expectWhole()
    #expect(outcome.url == good.url)
    await #expect {
      try await fetch([missing.url, wrong.url])
    } throws: {
      guard case FetchError.everySourceFailed(_, let errors) = $0 else { return false }
      return errors.count == 2 && errors[0] == .notFound(url: missing.url)
    }
  }

  @Test("an unreachable server and one that falls silent are said so")
  func unreachable() async throws {
    let closed = try FileServer(file: Self.file)
    closed.close()
    let silent = try FileServer { request, _ in
      var reply = FileServer.answer(request, file: Self.file)
      (reply.sent, reply.stalls) = (100, true)
      return reply
    }
    defer { silent.close() }
    var options = quick
    options.stallTimeout = 0.2
    options.attempts = 1
    for url in [closed.url, silent.url] {
      await #expect {
        try await fetch([url], options)
      } throws: {
        if case FetchError.unreachable = $0 { return true }
        return false
      }
    }
    #expect(folder.bytes("file.partial")?.count == 100)
  }
}
