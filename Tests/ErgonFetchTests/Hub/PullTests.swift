import ErgonData
import ErgonWorkload
import Testing

@testable import ErgonFetch

@Suite("Pulling a model from a hub")
struct PullTests {
  let folder: TemporaryFolder
  let cache: ModelCache
  let reference: HubReference

  init() throws {
    folder = try TemporaryFolder()
    cache = ModelCache(folder: folder.path + "/models")
    reference = try HubReference("org/name")
  }

  private func plan(
    _ source: ModelSource, _ text: String = "org/name", patterns: [String] = [],
    checksAll: Bool = false
  ) async throws -> PullPlan {
    let reference = try HubReference(text)
    return try await source.plan(
      reference, patterns: patterns, into: cache.destination(of: reference), checksAll: checksAll)
  }

  private func bytes(_ name: String) -> [UInt8]? { folder.bytes("models/org/name/main/\(name)") }

  @Test("a model arrives whole, its token stays with the hub, and it is found by its name")
  func whole() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    let plan = try await plan(hub.client(token: "hf_s3cret"))
    #expect(plan.files.count == 5 && plan.missing == plan.files && plan.commit == StubHub.commit)
    let context = WatchingContext()
    let model = try await plan.run(in: context)
    #expect(model.isComplete && model.size == plan.size && model.commit == StubHub.commit)
    for (name, content) in StubHub.Content.model.small where name != "README.md" {
      #expect(bytes(name) == content)
    }
    for (name, content) in StubHub.Content.model.large { #expect(bytes(name) == content) }
    #expect(bytes("README.md") == nil)
    #expect(hub.server.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_s3cret" })
    #expect(hub.store.requests.count == 2)
    #expect(hub.store.requests.allSatisfy { $0.headers["authorization"] == nil })
    #expect(context.reports.last?.completed == Double(plan.size))
    #expect(try cache.resolve("org/name") == cache.destination(of: reference))
    #expect(try model.damage().isEmpty)
    let record = String(decoding: bytes(PulledModel.recordName) ?? [], as: UTF8.self)
    #expect(record.contains(StubHub.commit) && !record.contains("s3cret"))
  }

  @Test("what is here is not fetched again, and a file that is whole already is only noted")
  func again() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    try await plan(hub.client()).run()
    #expect(try await plan(hub.client()).missing.isEmpty)
    let record = cache.destination(of: reference) + "/" + PulledModel.recordName
    try folder.write([], to: "models/org/name/main/" + PulledModel.recordName)
    #expect(PulledModel(folder: record) == nil)
    let plan = try await plan(hub.client())
    #expect(plan.missing.isEmpty)
    #expect(try await plan.run().files.count == 5)
    #expect(hub.store.requests.count == 2)
  }

  @Test("a byte that has changed is found on demand, and the file fetched again")
  func damaged() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    let model = try await plan(hub.client()).run()
    try folder.write(Array("{ ".utf8), to: "models/org/name/main/config.json")
    #expect(try model.damage().map(\.path) == ["config.json"])
    #expect(try await plan(hub.client()).missing.isEmpty)
    let plan = try await plan(hub.client(), checksAll: true)
    #expect(plan.missing.map(\.path) == ["config.json"])
    #expect(try await plan.run().damage().isEmpty)
  }

  @Test("a pull that was stopped is refused by name, and goes on where it was")
  func stopped() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    let first = try await plan(hub.client())
    await #expect(throws: WorkloadStopped.self) {
      try await first.run(in: WatchingContext(stopAfter: 2000))
    }
    let text = "models/org/name/main/model-00001-of-00002.safetensors"
    let beginning = try #require(folder.bytes(text + ".partial"))
    #expect(folder.bytes(text) == nil && beginning.count < 300_000)
    #expect {
      try cache.resolve("org/name")
    } throws: {
      if case HubError.incomplete = $0 { return true }
      return false
    }
    try await plan(hub.client()).run()
    #expect(bytes("model-00001-of-00002.safetensors") == DownloaderTests.file)
    let starts = hub.store.requests.compactMap(\.start)
    #expect(starts == [beginning.count])
  }

  @Test("a connection that the store cuts is gone on with")
  func cut() async throws {
    var content = StubHub.Content.model
    content.cut = 5000
    let hub = try StubHub(content)
    defer { hub.close() }
    let model = try await plan(hub.client()).run()
    #expect(try model.damage().isEmpty && hub.store.requests.contains { $0.start == 5000 })
  }

  @Test(
    "other bytes than were published are refused, and nothing of them stays",
    arguments: ["config.json", "model-00002-of-00002.safetensors"])
  func forged(name: String) async throws {
    var content = StubHub.Content.model
    var bytes = try #require(content.small[name] ?? content.large[name])
    bytes[0] ^= 1
    content.forged[name] = bytes
    let hub = try StubHub(content)
    defer { hub.close() }
    let plan = try await plan(hub.client())
    await #expect {
      try await plan.run()
    } throws: {
      if case FetchError.wrongDigest = $0 { true } else { false }
    }
    #expect(self.bytes(name) == nil && self.bytes(name + ".partial") == nil)
    #expect(cache.models().first?.pending.contains(name) == true)
  }

  @Test(
    "a refusal says what to do about it, and never the token",
    arguments: [(401, nil), (403, "hf_s3cret"), (404, "hf_s3cret"), (404, nil)])
  func refused(status: Int, token: String?) async throws {
    var content = StubHub.Content()
    content.refusal = FileServer.Reply(status: status)
    let hub = try StubHub(content)
    defer { hub.close() }
    let expected: HubError =
      status == 404
      ? .unknownModel(model: "org/name", revision: "main")
      : .refused(model: "org/name", hasToken: token != nil)
    let error = await #expect(throws: HubError.self) { try await plan(hub.client(token: token)) }
    #expect(error == expected && error?.description.contains("s3cret") == false)
    #expect(cache.models().isEmpty && folder.names.isEmpty)
  }

  @Test("a hub that is asked too often is waited for as long as it says, and not for hours")
  func rateLimit() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    hub.change {
      $0.refusal = FileServer.Reply(status: 429, headers: ["retry-after: 3600"])
    }
    let url = hub.server.url + "/api/models/org/name/revision/main?blobs=true"
    await #expect(throws: FetchError.rateLimited(url: url, seconds: 3600)) {
      try await plan(hub.client())
    }
    #expect(hub.server.requests.count == 1)
    hub.change { $0.refusal?.headers = ["retry-after: 0"] }
    await #expect(throws: FetchError.rateLimited(url: url, seconds: 0)) {
      try await plan(hub.client())
    }
    #expect(hub.server.requests.count == 1 + quick.attempts)
  }

  @Test(
    "a name that leads out of the folder is refused",
    arguments: [
      "../x", "/etc/passwd", "a/../../x", "a//b", "./a", "", "a\\\\b", "x.partial",
      ".ergon-model.json", "a\\u0007b",
    ])
  func traversal(name: String) async throws {
    var content = StubHub.Content()
    content.listing = #"{"siblings":[{"rfilename":"\#(name)","size":1}]}"#
    let hub = try StubHub(content)
    defer { hub.close() }
    await #expect {
      try await plan(hub.client(), patterns: ["*"])
    } throws: {
      if case HubError.malformedListing = $0 { return true }
      return false
    }
    #expect(folder.names.isEmpty)
  }

  @Test(
    "a list of files that breaks a rule is refused",
    arguments: [
      "", "[]", "{}", #"{"siblings":"# + String(repeating: "[", count: 100_000),
      #"{"siblings":[{"rfilename":"a"}]}"#,
      #"{"siblings":[{"rfilename":"a","size":-1}]}"#,
      #"{"siblings":[{"rfilename":"a","size":1e30}]}"#,
      #"{"siblings":[{"rfilename":"a","size":99999999999999999}]}"#,
      #"{"siblings":[{"rfilename":"a","size":1},{"rfilename":"a","size":1}]}"#,
      #"{"siblings":[{"rfilename":"a","size":1,"blobId":"xyz"}]}"#,
      #"{"siblings":[{"rfilename":"a","size":1,"lfs":{"sha256":"00"}}]}"#,
    ])
  func listings(text: String) {
    #expect(throws: HubError.self) { try HubListing(model: "org/name", json: Array(text.utf8)) }
  }

  @Test("more files than any model has are refused")
  func tooMany() {
    let files = (0...HubListing.fileLimit).map { HubFile(path: "\($0)", size: 1, digest: nil) }
    #expect {
      try HubListing(model: "org/name", commit: nil, files: files)
    } throws: {
      if case HubError.overLimit = $0 { return true }
      return false
    }
  }

  @Test("a disk without room is found out before anything is fetched")
  func space() throws {
    let listing = try HubListing(
      model: "org/name", commit: nil,
      files: [HubFile(path: "a.gguf", size: 1000, digest: nil)])
    let path = cache.destination(of: reference)
    #expect(throws: HubError.noSpace(path: path, needed: 1000, available: 999)) {
      try PullPlan(
        reference, listing, from: .mirror(ModelMirror(folder: "/")), patterns: [], into: path,
        checksAll: false, available: { _ in 999 })
    }
  }

  @Test("when a revision has moved, what it no longer has is removed at the end")
  func moved() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    try await plan(hub.client()).run()
    let whole = Array(repeating: UInt8(3), count: 3000)
    hub.change {
      $0.commit = String(repeating: "d", count: 40)
      $0.large = ["model.safetensors": whole]
      $0.small["model.safetensors.index.json"] = nil
    }
    let model = try await plan(hub.client()).run()
    #expect(
      model.files.map(\.path).sorted() == ["config.json", "model.safetensors", "tokenizer.json"])
    #expect(bytes("model.safetensors.index.json") == nil && bytes("model.safetensors") == whole)
    #expect(try model.damage().isEmpty)
  }

  @Test("a pull of a new commit that was stopped still removes what is gone when it goes on")
  func movedAndStopped() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    try await plan(hub.client()).run()
    hub.change {
      $0.commit = String(repeating: "d", count: 40)
      $0.large = ["model.safetensors": DownloaderTests.file]
      $0.small["model.safetensors.index.json"] = nil
    }
    let first = try await plan(hub.client())
    await #expect(throws: WorkloadStopped.self) {
      try await first.run(in: WatchingContext(stopAfter: 1000))
    }
    #expect(throws: HubError.self) { try cache.resolve("org/name") }
    try await plan(hub.client()).run()
    #expect(bytes("model.safetensors.index.json") == nil)
    #expect(bytes("model-00001-of-00002.safetensors") == nil)
    #expect(try cache.resolve("org/name") == cache.destination(of: reference))
  }

  @Test("a folder that holds another model is left alone")
  func otherModel() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    let path = folder.path + "/mine"
    let other = try HubReference("org/other")
    try PulledModel(folder: path, reference: other, source: "test").save()
    await #expect(throws: HubError.otherModel(folder: path, holds: "org/other")) {
      try await hub.client().plan(reference, into: path)
    }
  }

  @Test("a wait for a busy store can be stopped, and its signed address is not shown")
  func busyStore() async throws {
    let silent = try FileServer { _, _ in FileServer.Reply() }
    silent.close()
    let address = silent.url
    let server = try FileServer { _, _ in
      FileServer.Reply(status: 302, headers: ["location: \(address)/x?signature=s3cret"])
    }
    defer { server.close() }
    var options = quick
    options.retryDelay = 3000
    let downloader = Downloader(options: options)
    await #expect(throws: WorkloadStopped.self) {
      try await downloader.fetch(
        [server.url], to: folder.path + "/x", in: WatchingContext(stopAfter: 0))
    }
    options.attempts = 1
    let error = await #expect(throws: FetchError.self) {
      try await Downloader(options: options).fetch([server.url], to: folder.path + "/x")
    }
    #expect(error?.description.contains(address) == true)
    #expect(error?.description.contains("s3cret") == false)
  }

  @Test("one quantisation of several is chosen by name, and two of them live side by side")
  func quantisations() async throws {
    let hub = try StubHub(.packed)
    defer { hub.close() }
    await #expect(
      throws: HubError.ambiguous(
        model: "org/name",
        files: ["name-Q4_0.gguf", "name-Q4_K_M.gguf", "sub/name.Q8_0.gguf"])
    ) { try await plan(hub.client()) }
    try await plan(hub.client(), "org/name:q4_0").run()
    let one = cache.destination(of: reference) + "/name-Q4_0.gguf"
    #expect(try cache.resolve("org/name") == one)
    try await plan(hub.client(), "org/name:sub/name.Q8_0.gguf").run()
    #expect(try cache.resolve("org/name:Q4_0") == one)
    #expect(throws: HubError.self) { try cache.resolve("org/name") }
    #expect(try cache.remove(HubReference("org/name:Q8_0")) == 800)
    #expect(try cache.resolve("org/name") == one && bytes("sub/name.Q8_0.gguf") == nil)
    #expect(try cache.remove(reference) == 400)
    #expect(cache.models().isEmpty && !folder.names.contains("models/org"))
    #expect(throws: HubError.notCached("org/name")) { try cache.remove(reference) }
  }

  @Test("a folder of files is a mirror, and so is another machine's cache, which is checked")
  func mirror() async throws {
    let hub = try StubHub(.model)
    defer { hub.close() }
    try await plan(hub.client()).run()
    let other = ModelCache(folder: folder.path + "/other")
    let target = other.destination(of: reference)
    let mirror = ModelSource.mirror(ModelMirror(folder: cache.folder))
    let model = try await mirror.plan(reference, into: target).run()
    #expect(model.files.count == 5 && model.commit == StubHub.commit)
    #expect(try other.resolve("org/name") == target)
    // A byte that has changed in the mirror does not get into a cache.
    try folder.write(Array("{ ".utf8), to: "models/org/name/main/config.json")
    try other.remove(reference)
    let plan = try await mirror.plan(reference, into: target)
    await #expect(throws: FetchError.self) { try await plan.run() }
    #expect(folder.bytes("other/org/name/main/config.json") == nil)
    // A plain copy of the hub's files has no digests; what was copied is noted with one.
    let plain = ModelSource.mirror(ModelMirror(folder: folder.path + "/plain"))
    try folder.make("plain/org/name/.git")
    try folder.write([1, 2], to: "plain/org/name/model.gguf")
    try folder.write([1], to: "plain/org/name/.git/hidden.gguf")
    let copied = try await plain.plan(
      reference, into: ModelCache(folder: folder.path + "/third").destination(of: reference)
    ).run()
    #expect(copied.files.map(\.path) == ["model.gguf"])
    #expect(copied.files[0].digest == .sha256(SHA256Digest(of: [1, 2])))
    await #expect(throws: HubError.self) {
      try await plain.plan(HubReference("org/other"), into: folder.path + "/x")
    }
    // A cache that has another revision has not the one that was asked for.
    await #expect(throws: HubError.self) {
      try await mirror.plan(HubReference("org/name@v2"), patterns: ["*"], into: folder.path + "/x")
    }
  }
}
