import Testing

@testable import ErgonFetch

@Suite("Models by name")
struct HubReferenceTests {
  @Test(
    "a model, a revision and a selection are told apart",
    arguments: [
      ("org/name", "org/name", nil, nil), ("org/name@v1.0", "org/name", "v1.0", nil),
      ("org/name:Q4_0", "org/name", nil, "Q4_0"),
      ("a-b/c_d.e@refs/pr/1:sub/x@y:z.gguf", "a-b/c_d.e", "refs/pr/1", "sub/x@y:z.gguf"),
    ] as [(String, String, String?, String?)])
  func parts(text: String, name: String, revision: String?, selection: String?) throws {
    let reference = try HubReference(text)
    #expect(reference.name == name && reference.revision == revision)
    #expect(reference.selection == selection && reference.description == text)
  }

  @Test(
    "what is no model is refused",
    arguments: [
      "", "name", "/name", "org/", "org/name/", "a/b/c", "../name", "org/..", ".org/name",
      "-org/name", "org/na me", "org/näme", "org/name@", "org/name@../x", "org/name@/x",
      "org/name@a//b", "org/name@a%2Fb", "org/name:", "https://hub/org/name",
      "org/" + String(repeating: "x", count: 97),
    ])
  func refused(text: String) {
    #expect(throws: HubError.self) { try HubReference(text) }
  }

  @Test("a revision that is said twice must be one")
  func revision() throws {
    #expect(try HubReference("org/name:Q4_0").at("dev").description == "org/name@dev:Q4_0")
    #expect(try HubReference("org/name@dev").at("dev").revision == "dev")
    #expect(throws: HubError.self) { try HubReference("org/name@dev").at("main") }
    #expect(throws: HubError.self) { try HubReference("org/name").at("a b") }
  }

  @Test("a revision with a slash has a folder of its own")
  func folders() throws {
    let reference = try HubReference("org/name@refs/pr/1")
    #expect(reference.folder == "org/name/refs%2Fpr%2F1")
  }

  @Test(
    "an address that is no hub's is refused without being repeated",
    arguments: ["", "hub", "ftp://hub", "https://me:s3cret@hub", "https://hub?x", "https://hub#x"])
  func endpoints(text: String) {
    let error = #expect(throws: HubError.invalidEndpoint) { try HuggingFaceHub(endpoint: text) }
    #expect(error?.description.contains("s3cret") == false)
  }

  @Test("the environment names hub and token, and both are taken as they were meant")
  func environment() throws {
    let hub = try HuggingFaceHub.standard(environment: ["HF_ENDPOINT": "http://127.0.0.1:1/hub/"])
    #expect(hub.endpoint == "http://127.0.0.1:1/hub")
    #expect(try HuggingFaceHub.standard(environment: [:]).endpoint == "https://huggingface.co")
    #expect(throws: Never.self) {
      try HuggingFaceHub.standard(environment: ["HF_TOKEN": "hf_abc\n"])
    }
    let error = #expect(throws: HubError.invalidToken) {
      try HuggingFaceHub.standard(environment: ["HF_TOKEN": "hf_s3cret\nx"])
    }
    #expect(error?.description.contains("s3cret") == false)
    #expect(HuggingFaceHub.isOffline(environment: ["HF_HUB_OFFLINE": "1"]))
    #expect(!HuggingFaceHub.isOffline(environment: ["HF_HUB_OFFLINE": "0"]))
  }

  @Test("signs that an address has not are encoded")
  func encoding() { #expect(HuggingFaceHub.encoded("a b/ü#?.x") == "a%20b/%C3%BC%23%3F.x") }
}

@Suite("Which files make a model")
struct HubChoiceTests {
  private func choice(
    _ names: [String], _ selection: String? = nil, _ patterns: [String] = []
  ) throws -> [String] {
    try HubListing(
      model: "m", commit: nil, files: names.map { HubFile(path: $0, size: 1, digest: nil) }
    ).choice(selection: selection, patterns: patterns).map(\.path)
  }

  @Test("weights come with their index, configuration and tokenizer, and without other kinds")
  func safetensors() throws {
    #expect(
      try choice([
        "README.md", "config.json", "consolidated.safetensors", "merges.txt",
        "model-00001-of-00001.safetensors", "model.safetensors.index.json", "onnx/model.onnx",
        "pytorch_model.bin", "tokenizer.json", "x.gguf",
      ]) == [
        "config.json", "merges.txt", "tokenizer.json", "model.safetensors.index.json",
        "model-00001-of-00001.safetensors",
      ])
    #expect(
      try choice(["model.fp16.safetensors", "model.safetensors", "config.json"])
        == ["config.json", "model.safetensors"])
  }

  @Test("the only GGUF file is the model; of several one has to be named")
  func packed() throws {
    let names = ["a-Q4_0.gguf", "a-Q4_K.gguf", "a-Q4_K_M.gguf", "README.md"]
    #expect(try choice(["README.md", "a.gguf"]) == ["a.gguf"])
    #expect(try choice(names, "q4_k") == ["a-Q4_K.gguf"])
    #expect(try choice(names, "README.md") == ["README.md"])
    #expect(throws: HubError.ambiguous(model: "m", files: Array(names.prefix(3)))) {
      try choice(names)
    }
    #expect(
      throws: HubError.unknownSelection(
        model: "m", selection: "Q3", files: Array(names.prefix(3)))
    ) { try choice(names, "Q3") }
    #expect(throws: HubError.noModelFiles(model: "m", files: ["x.bin"])) { try choice(["x.bin"]) }
  }

  @Test("patterns choose instead")
  func patterns() throws {
    #expect(
      try choice(["a.json", "b/c.json", "d.txt"], nil, ["*.json"]) == ["a.json", "b/c.json"])
    #expect(throws: HubError.noMatch(model: "m", patterns: ["*.x"])) {
      try choice(["a"], nil, ["*.x"])
    }
  }
}
