import Testing

@testable import ErgonData

@Suite("Where data sets lie")
struct DataStoreTests {
  static let file = DataFile(
    path: "set/abc.txt", size: 3, sha256: SHA256Digest(of: "abc").description, urls: [])
  static let set = DataSetDescription(
    name: "letters", summary: "", licence: "", homepage: "", files: [file])

  @Test("a file is missing, partial, of the wrong size, of the wrong bytes, or right")
  func states() throws {
    let folder = try TemporaryFolder()
    let store = DataStore(folder: folder.path)
    #expect(try store.verify(Self.file) == .missing)
    #expect(
      throws: DataError.missingFile(set: "letters", file: "set/abc.txt", folders: [folder.path])
    ) { try store.locate(Self.file, of: Self.set) }
    _ = try folder.write(Array("ab".utf8), "set/abc.txt.partial")
    #expect(try store.verify(Self.file) == .partial(bytes: 2))
    _ = try folder.write(Array("ab".utf8), "set/abc.txt")
    guard case .corrupt = store.state(of: Self.file) else {
      Issue.record("two bytes passed for three")
      return
    }
    #expect(throws: DataError.self) { try store.locate(Self.file, of: Self.set) }
    let path = try folder.write(Array("abd".utf8), "set/abc.txt")
    #expect(store.state(of: Self.file) == .ok(path: path), "the size is right")
    guard case .corrupt = try store.verify(Self.file) else {
      Issue.record("other bytes passed")
      return
    }
    _ = try folder.write(Array("abc".utf8), "set/abc.txt")
    #expect(try store.verify(Self.file) == .ok(path: path))
    #expect(try store.locate(Self.file, of: Self.set) == path)
  }

  @Test("the mirror is looked at first, and the folder stands in for what it lacks")
  func mirror() throws {
    let (folder, mirror) = (try TemporaryFolder(), try TemporaryFolder())
    let store = DataStore(folder: folder.path, mirror: mirror.path)
    let own = try folder.write(Array("abc".utf8), "set/abc.txt")
    #expect(store.state(of: Self.file) == .ok(path: own))
    _ = try mirror.write(Array("excerpt".utf8), "set/abc.txt")
    #expect(store.state(of: Self.file) == .ok(path: own), "another size is another file")
    let shared = try mirror.write(Array("abc".utf8), "set/abc.txt")
    #expect(store.state(of: Self.file) == .ok(path: shared))
    #expect(store.destination(of: Self.file) == own)
  }

  @Test("every set is found by its name, with a licence, an address and a digest for each file")
  func catalog() throws {
    #expect(Set(DataCatalog.all.map(\.name)).count == DataCatalog.all.count)
    let files = DataCatalog.all.flatMap(\.files)
    #expect(Set(files.map(\.path)).count == files.count)
    for set in DataCatalog.all {
      #expect(try DataCatalog.set(named: set.name) == set)
      #expect(!set.licence.isEmpty && !set.summary.isEmpty && set.size > 0)
    }
    for file in files {
      #expect(
        file.size > 0 && !file.urls.isEmpty && file.urls.allSatisfy { $0.hasSuffix(file.name) })
      #expect(!file.path.hasPrefix("/") && !file.path.contains(".."))
    }
    #expect(throws: DataError.unknownDataSet(name: "x", known: DataCatalog.all.map(\.name))) {
      try DataCatalog.set(named: "x")
    }
  }
}
