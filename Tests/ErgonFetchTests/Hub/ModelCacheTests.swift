import ErgonData
import Testing

@testable import ErgonFetch

@Suite("Models that are here")
struct ModelCacheTests {
  @Test("a path wins, a name that is nothing is given back, and a model that is missing says how")
  func resolve() throws {
    let folder = try TemporaryFolder()
    let cache = ModelCache(folder: folder.path)
    #expect(try cache.resolve("/") == "/")
    #expect(try cache.resolve("none.gguf") == "none.gguf")
    #expect(try cache.resolve("/nowhere/x.gguf") == "/nowhere/x.gguf")
    let error = #expect(throws: HubError.notCached("org/name:Q4_0")) {
      try cache.resolve("org/name:Q4_0")
    }
    #expect(error?.description.contains("ergon model pull org/name:Q4_0") == true)
  }

  @Test("the only revision is meant where none is said, and main where there are several")
  func revisions() throws {
    let folder = try TemporaryFolder()
    let cache = ModelCache(folder: folder.path)
    func pull(_ text: String) throws -> String {
      let reference = try HubReference(text)
      let path = cache.destination(of: reference)
      var model = PulledModel(folder: path, reference: reference, source: "test")
      model.add(HubFile(path: "a.gguf", size: 1, digest: nil))
      try model.save()
      try BinaryFile.write([1], to: path + "/a.gguf")
      return path + "/a.gguf"
    }
    let old = try pull("org/name@v/1")
    #expect(try cache.resolve("org/name") == old)
    let current = try pull("org/name")
    #expect(try cache.resolve("org/name") == current)
    #expect(try cache.resolve("org/name@v/1") == old)
    #expect(throws: HubError.notCached("org/name@v2")) { try cache.resolve("org/name@v2") }
    #expect(cache.models().map(\.reference) == ["org/name", "org/name@v/1"])
    try cache.remove(HubReference("org/name"))
    #expect(try cache.resolve("org/name") == old)
  }

  @Test(
    "a record that breaks a rule, or speaks of another model, counts as none",
    arguments: [
      "", "{}",
      #"{"schemaVersion":9,"name":"org/name","revision":"main","source":"","files":[],"pending":[]}"#,
      #"{"schemaVersion":1,"name":"org/other","revision":"main","source":"","files":[],"pending":[]}"#,
      #"{"schemaVersion":1,"name":"org/name","revision":"main","source":"","files":[{"path":"../x","size":1}],"pending":[]}"#,
    ])
  func records(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.make("org/name/main")
    try folder.write(Array(text.utf8), to: "org/name/main/" + PulledModel.recordName)
    #expect(ModelCache(folder: folder.path).models().isEmpty)
  }
}
