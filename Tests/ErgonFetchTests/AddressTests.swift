import ErgonData
import Testing

@testable import ErgonFetch

@Suite("Where downloads may go")
struct AddressTests {
  static let file = Array("abc".utf8)

  @Test("redirects are followed, relative ones too")
  func redirect() async throws {
    let folder = try TemporaryFolder()
    let target = try FileServer(file: Self.file)
    let server = try FileServer { request, _ in
      request.path == "/a/first"
        ? FileServer.Reply(status: 302, headers: ["location: ../second"])
        : FileServer.Reply(status: 307, headers: ["location: \(target.url)/third"])
    }
    defer { for server in [target, server] { server.close() } }
    _ = try await Downloader(options: quick).fetch(
      [server.url + "/a/first"], to: folder.path + "/x", size: 3, digest: SHA256Digest(of: "abc"))
    #expect(folder.bytes("x") == Self.file)
    #expect(server.requests.map(\.path) == ["/a/first", "/second"])
    #expect(target.requests.map(\.path) == ["/third"])
  }

  @Test("a token is sent to the host it is for, and not to where that sends on to")
  func token() async throws {
    let folder = try TemporaryFolder()
    let target = try FileServer(file: Self.file)
    let server = try FileServer { _, _ in
      FileServer.Reply(status: 302, headers: ["location: \(target.url)/cdn"])
    }
    defer { for server in [target, server] { server.close() } }
    var options = quick
    options.bearerToken = "s3cret"
    _ = try await Downloader(options: options).fetch([server.url], to: folder.path + "/x")
    #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer s3cret"])
    #expect(target.requests.map { $0.headers["authorization"] } == [nil])
    await #expect(throws: FetchError.invalidURL("http://example.org/x")) {
      try await Downloader(options: options).fetch(
        ["http://example.org/x"], to: folder.path + "/y")
    }
  }

  @Test("a ring of redirects ends, and a broken one is refused", arguments: ["/", "ftp://x/y", ""])
  func ring(location: String) async throws {
    let folder = try TemporaryFolder()
    let server = try FileServer { _, _ in
      FileServer.Reply(status: 301, headers: ["location: \(location)"])
    }
    defer { server.close() }
    await #expect {
      try await Downloader(options: quick).fetch([server.url], to: folder.path + "/x")
    } throws: {
      if case FetchError.badRedirect = $0 { return true }
      return false
    }
  }

  @Test(
    "what is no web address is refused",
    arguments: [
      "", "mnist", "file:///etc/passwd", "ftp://host/x", "https://", "https://a b/c",
      "https://user:word@host/x", "https://hóst/x",
    ])
  func addresses(text: String) {
    #expect(throws: FetchError.invalidURL(text)) { try WebAddress(text) }
  }

  @Test("from a safe address nothing leads to an unsafe one")
  func downgrade() throws {
    let address = try WebAddress("https://host/a")
    #expect(throws: FetchError.self) { try address.following("http://host/a") }
    #expect(try address.following("/b").text == "https://host/b")
    #expect(try address.hasOrigin(of: WebAddress("https://host/c")))
    #expect(try !address.hasOrigin(of: WebAddress("https://host:8443/c")))
  }
}

@Suite("Fetching a data set")
struct FetchSetTests {
  private func set(_ url: String) -> DataSetDescription {
    let files = ["one", "two"].map { name in
      DataFile(
        path: "letters/\(name)", size: 3, sha256: SHA256Digest(of: "abc").description,
        urls: [url + "/" + name])
    }
    return DataSetDescription(
      name: "letters", summary: "", licence: "", homepage: "", files: files)
  }

  @Test("what is there is not fetched again, what is missing or wrong is")
  func missing() async throws {
    let folder = try TemporaryFolder()
    let server = try FileServer(file: AddressTests.file)
    defer { server.close() }
    let store = DataStore(folder: folder.path + "/store")
    let downloader = Downloader(options: quick)
    let context = WatchingContext()
    let first = try await downloader.fetch(set(server.url), into: store, in: context)
    #expect(first.map(\.received) == [3, 3])
    #expect(context.reports.last?.completed == 6 && context.reports.last?.total == 6)
    #expect(context.reports.last?.counts.items == 2)
    try folder.write(Array("abd".utf8), to: "store/letters/two")
    let second = try await downloader.fetch(set(server.url), into: store)
    #expect(second.map(\.received) == [0, 3])
    #expect(server.requests.map(\.path) == ["/one", "/two", "/two"])
    #expect(
      try set(server.url).files.allSatisfy {
        try store.verify($0) == .ok(path: store.destination(of: $0))
      })
  }

  @Test("two downloads of one file do not write over each other")
  func locked() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x"
    let holder = try PartialFile(for: path)
    await #expect(throws: FetchError.busy(path: path)) {
      try await Downloader(options: quick).fetch(["http://127.0.0.1:9/x"], to: path)
    }
    withExtendedLifetime(holder) {}
  }

  @Test("a folder that cannot be made is said so")
  func folder() async throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "file")
    await #expect {
      try await Downloader(options: quick).fetch(
        ["http://127.0.0.1:9/x"], to: folder.path + "/file/x")
    } throws: {
      if case FetchError.cannotWrite = $0 { return true }
      return false
    }
  }
}
