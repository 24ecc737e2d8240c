import ErgonData
import ErgonLM
import ErgonTensor
import Testing

@testable import ErgonLMTraining

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Writes files of a folder that is there while the body runs.
@discardableResult
func withFolder<R>(_ files: [String: [UInt8]], _ body: (String) throws -> R) throws -> R {
  try withTemporaryFolder { folder in
    for (name, bytes) in files {
      for (index, character) in name.enumerated() where character == "/" {
        mkdir(folder + name.prefix(index), 0o777)
      }
      let draft = try FileDraft(folder + name, failure: LMError.file)
      try draft.write(bytes)
      try draft.finish()
    }
    return try body(folder)
  }
}

@discardableResult
func withFolder<R>(texts: [String: String], _ body: (String) throws -> R) throws -> R {
  try withFolder(texts.mapValues { Array($0.utf8) }, body)
}

@Suite("a corpus") struct CorpusTests {
  static func all(_ path: String, _ options: CorpusOptions = CorpusOptions()) throws
    -> (survey: CorpusSurvey, documents: [Document])
  {
    let survey = try Corpus([path], options: options).survey(heldOut: 0)
    return (survey, Array(survey.documents(.training)))
  }

  @Test("reads files of every kind in the order of their names, and says what it left out")
  func kinds() throws {
    let files: [String: [UInt8]] = [
      "b.md": Array("# Title".utf8), "a/z.txt": Array("deep".utf8),
      "c.html": Array("<p>one<script>x<y</script> &amp; two".utf8),
      "d.jsonl": Array("{\"text\":\"first\",\"n\":1}\nbroken\n\n{\"text\":\"second\"}".utf8),
      "e.csv": Array("id,text\n1,\"cell, one\"\n2,cell two\n".utf8),
      "f.tsv": Array("id\ttext\n1\ttabbed\n".utf8),
      "g.txt": [1, 2, 0, 3], "h.png": Array("no text".utf8), ".hidden.txt": Array("no".utf8),
      "i.txt": Array("  \n".utf8), "j.csv": Array("id\n1\n".utf8),
    ]
    try withFolder(files) { folder in
      symlink(folder + "b.md", folder + "k.txt")
      let (survey, documents) = try Self.all(folder)
      let texts = documents.map(\.text)
      #expect(
        texts == [
          "deep", "# Title", "one & two\n", "first", "second", "cell, one", "cell two", "tabbed",
        ])
      #expect(
        documents.map { String($0.source.dropFirst(folder.count)) }.prefix(5) == [
          "a/z.txt", "b.md", "c.html", "d.jsonl:1", "d.jsonl:4",
        ])
      #expect(survey.verdicts.count { $0 == .empty } == 1)
      func report(_ name: String) -> CorpusSurvey.FileReport? {
        survey.files.first { $0.path == folder + name }
      }
      #expect(report("d.jsonl")?.malformedRecords == 1)
      #expect(report("g.txt")?.reason == "binary")
      #expect(report("h.png")?.reason == "a kind of file that is not read")
      #expect(report("j.csv")?.reason?.contains("no column is named 'text'") == true)
      #expect(report(".hidden.txt") == nil && report("k.txt") == nil)
      let record = survey.record
      #expect(record["links_not_followed"]?.intValue == 1)
      #expect(record["training"]?["documents"]?.intValue == 8)
      let first = record["files"]?[0]
      #expect(first?["sha256"]?.stringValue == "\(SHA256Digest(of: "deep"))")
      #expect(first?["kept_bytes"]?.intValue == 4)
    }
  }

  @Test("takes the key or column that is asked for, and files by name whatever their kind")
  func fields() throws {
    try withFolder(texts: ["a.jsonl": "{\"body\":\"json\"}", "b.csv": "body\ncell\n", "c": "plain"])
    {
      folder in
      var options = CorpusOptions()
      options.field = "body"
      let texts = try Self.all(folder, options).documents.map(\.text)
      #expect(texts == ["json", "cell"])
      let named = try Self.all(folder + "c", options).documents.map(\.text)
      #expect(named == ["plain"])
    }
  }

  @Test("repairs what is no UTF-8, composes characters and ends lines by line feeds")
  func clean() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF, 0x61, 0x0D, 0x0A, 0xFF, 0x0D, 0x65, 0xCC, 0x81]
    try withFolder(["a.txt": bytes]) { folder in
      let (survey, documents) = try Self.all(folder)
      #expect(documents.map { Array($0.text.utf8) } == [Array("a\n\u{FFFD}\n\u{E9}".utf8)])
      #expect(survey.files[0].repairs == 1)
      let line: [UInt8] = Array("{\"text\":\"x".utf8) + [0xC0, 0xAF] + Array("\"}".utf8)
      try withFolder(["a.jsonl": line]) {
        let (survey, documents) = try Self.all($0)
        #expect(documents.map(\.text) == ["x\u{FFFD}\u{FFFD}"])
        #expect(survey.files[0].malformedRecords == 0)
      }
    }
  }

  @Test("cuts long texts at empty lines and at separators")
  func sections() throws {
    let text = "one\ntwo\n\nthree\n\nfour and more\n\nfive"
    try withFolder(texts: ["a.txt": text]) { folder in
      var options = CorpusOptions()
      options.sectionBytes = 6
      let sections = try Self.all(folder, options).documents
      #expect(sections.map(\.text) == ["one\ntwo\n\n", "three\n\n", "four and more\n\n", "five"])
      #expect(sections[1].source.hasSuffix("a.txt:2"))
      options.sectionBytes = nil
      options.separator = "\n\n"
      let parts = try Self.all(folder, options).documents.map(\.text)
      #expect(parts == ["one\ntwo", "three", "four and more", "five"])
      options.separator = nil
      options.documentLimit = 12
      let cut = try Self.all(folder, options).documents
      #expect(cut.map(\.text).joined() == text)
      #expect(cut.allSatisfy { $0.text.utf8.count <= 12 })
    }
  }

  @Test("never cuts a character", arguments: 1...9)
  func characters(limit: Int) throws {
    let text = "äöüß€😀\u{FFFF}x"
    try withFolder(texts: ["a.txt": String(repeating: text, count: 3)]) { folder in
      var options = CorpusOptions()
      options.documentLimit = limit
      let survey = try Corpus([folder], options: options).survey(heldOut: 0, duplicates: nil)
      // Below four bytes there is no room for every character.
      if limit >= 4 { #expect(survey.files[0].repairs == 0) }
    }
  }

  static func texts(_ count: Int, from first: Int = 0) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: (first..<first + count).map { number in
        var random = RandomStream(seed: UInt64(number))
        let words = (0..<30).map { _ in "w\(random.next() % 5000)" }
        return ("\(number).txt", words.joined(separator: " "))
      })
  }

  @Test("holds out its share of documents, the same ones when the folder grows")
  func split() throws {
    var held: [Set<String>] = []
    for count in [400, 600] {
      try withFolder(texts: Self.texts(count)) { folder in
        let survey = try Corpus([folder]).survey(heldOut: 0.1, seed: 3)
        let size = survey.size(of: .heldOut)
        // Four standard deviations of a binomial count.
        #expect(
          abs(Double(size.documents) - 0.1 * Double(count)) < 4
            * (0.09 * Double(count)).squareRoot())
        #expect(size.documents + survey.size(of: .training).documents == count)
        let texts = Set(survey.documents(.heldOut).map(\.text))
        #expect(texts.count == size.documents)
        #expect(texts.isDisjoint(with: survey.documents(.training).map(\.text)))
        held.append(texts)
        let other = try Corpus([folder]).survey(heldOut: 0.1, seed: 4)
        #expect(Set(other.documents(.heldOut).map(\.text)) != texts)
      }
    }
    #expect(held[1].isSuperset(of: held[0]))
  }

  @Test("keeps the first of documents that are the same or nearly")
  func duplicates() throws {
    let base = Self.texts(1)["0.txt"]!
    let files = ["a.txt": base, "b.txt": base, "c.txt": base + " end", "d.txt": "other words"]
    try withFolder(texts: files) { folder in
      let survey = try Corpus([folder]).survey(heldOut: 0)
      #expect(survey.verdicts[0] == .training)
      #expect(survey.verdicts[1] == .duplicate(of: 0))
      guard case .nearDuplicate(of: 0, let similarity) = survey.verdicts[2] else {
        Issue.record("\(survey.verdicts[2])")
        return
      }
      #expect(similarity > 0.8)
      #expect(survey.verdicts[3] == .training)
      #expect(survey.record["near_duplicates"]?.intValue == 1)
      #expect(survey.record["duplicates"]?.intValue == 1)
    }
  }

  @Test("becomes two files of tokens, short documents left out")
  func tokens() throws {
    try withFolder(texts: Self.texts(100).merging(["x.txt": "tiny"]) { $1 }) { folder in
      let survey = try Corpus([folder]).survey(heldOut: 0.2)
      let tokenizer = PlainTokenizer()
      var total = 0
      var short = 0
      for part in [CorpusSurvey.Part.training, .heldOut] {
        let path = folder + "tokens"
        let count = try survey.writeTokens(
          of: part, to: path, tokenizer: tokenizer, minimumTokens: 5)
        let file = try TokenFile(path)
        let texts = survey.documents(part).map(\.text).filter { $0 != "tiny" }
        let first = file[file.document(0)].dropFirst().dropLast()
        #expect(first.map { UInt8($0) } == Array(texts[0].utf8))
        #expect(file.documentCount == texts.count && count.documents == texts.count)
        #expect(count.textBytes == texts.reduce(0) { $0 + $1.utf8.count })
        total += count.documents
        short += count.short
      }
      #expect(total == 100 && short == 1)
    }
  }

  @Test("says so when documents change while it is used")
  func changed() throws {
    try withFolder(texts: Self.texts(5)) { folder in
      let survey = try Corpus([folder]).survey(heldOut: 0)
      let draft = try FileDraft(folder + "3.txt", failure: LMError.file)
      try draft.write(Array("else".utf8))
      try draft.finish()
      #expect(throws: LMError.self) {
        try survey.writeTokens(of: .training, to: folder + "t", tokenizer: PlainTokenizer())
      }
      #expect(throws: LMError.self) { try TokenFile(folder + "t") }
    }
  }

  @Test("an empty folder, one of binary files and one that is not there are errors with reasons")
  func nothing() throws {
    try withFolder(["a.txt": [0, 1], "b.dat": [1]]) { folder in
      #expect {
        try Corpus([folder]).survey()
      } throws: { error in
        "\(error)".contains("2 files, 1 of them binary and 1 not read; 0 documents")
      }
      #expect(throws: LMError.self) { try Corpus([folder + "none"]) }
    }
    try withFolder([:]) { folder in
      #expect(throws: LMError.self) { try Corpus([folder]).survey() }
    }
    try withFolder(texts: ["a.txt": "a text"]) { folder in
      #expect {
        try Corpus([folder]).survey(heldOut: 1e-9)
      } throws: { error in
        "\(error)".contains("a document to hold out among 1")
      }
    }
  }

  @Test("of a few documents one is held out, and one is left to learn from")
  func fewDocuments() throws {
    try withFolder(texts: Self.texts(3)) { folder in
      for seed in UInt64(0)..<20 {
        do {
          let survey = try Corpus([folder]).survey(heldOut: 1e-6, seed: seed)
          #expect(survey.size(of: .heldOut).documents > 0)
          #expect(survey.size(of: .training).documents > 0)
          #expect(survey.heldOutShare > 1e-6)
        } catch let error as LMError {
          // All three above a half, or all below.
          #expect("\(error)".contains("a document to hold out among 3"))
        }
      }
    }
  }

  @Test("limits of files and depth are kept")
  func limits() throws {
    try withFolder(texts: ["a/b/c/d.txt": "x", "e.txt": "y", "f.txt": "z"]) { folder in
      var options = CorpusOptions()
      options.depthLimit = 2
      #expect(throws: LMError.self) { try Corpus([folder], options: options) }
      options.depthLimit = 4
      let paths = try Corpus([folder], options: options).paths
      #expect(paths.count == 3)
      options.fileLimit = 2
      #expect(throws: LMError.self) { try Corpus([folder], options: options) }
    }
  }

  @Test("withstands damaged files of every kind")
  func fuzz() throws {
    let seeds: [String: String] = [
      "a.html":
        "<html><head><style>p{}</style></head><p class=\"x>\">a &lt; b&#228;<!-- c --><br/>d",
      "b.jsonl":
        "{\"text\": \"first \\u00e4\", \"x\": [1, {\"y\": null}]}\n{\"text\": \"second\"}\n",
      "c.csv": "id,text\n1,\"one, \"\"two\"\"\"\n2,three\n", "d.txt": "plain\r\n\n text",
    ]
    let signs = Array("<>&;\"'\\{}[],:\n\r\t/!-#x0\u{FF}".utf8) + [0, 0xC3, 0xFF, 0xEF]
    var random = RandomStream(seed: 2)
    var texts = 0
    try withTemporaryFolder { folder in
      for (name, seed) in seeds.sorted(by: { $0.key < $1.key }) {
        let original = Array(seed.utf8)
        let corpus = try withFile(folder + name, original) { try Corpus([folder + name]) }
        for _ in 0..<1500 {
          var bytes = original
          for _ in 0..<Int.random(in: 1...5, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let sign = signs.randomElement(using: &random)!
            switch Int.random(in: 0..<3, using: &random) {
            case 0 where place < bytes.count: bytes[place] = sign
            case 1 where place < bytes.count: bytes.remove(at: place)
            default: bytes.insert(sign, at: place)
            }
          }
          try withFile(folder + name, bytes) {
            guard let records = corpus.records(of: corpus.files[0]).records else { return }
            while let (bytes, _) = records.next() {
              let text = corpus.clean(bytes, of: corpus.files[0])
              #expect(text.text.utf8.count <= 3 * bytes.count + 8)
              texts += 1
            }
          }
        }
      }
    }
    #expect(texts > 3000)
  }

  private func withFile<R>(_ path: String, _ bytes: [UInt8], _ body: () throws -> R) throws -> R {
    let file = fopen(path, "w")!
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return try body()
  }
}
