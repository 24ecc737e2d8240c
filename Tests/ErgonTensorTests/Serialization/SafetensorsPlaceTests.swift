import Foundation
import Testing

@testable import ErgonTensor

@Suite("Safetensors where no regular file is")
struct SafetensorsPlaceTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "ergon-places-\(UUID().uuidString)"
    ).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private var writer: SafetensorsWriter {
    var writer = SafetensorsWriter()
    writer.add("a", Tensor<Float>([1, 2, 3]))
    return writer
  }

  private func isPipe(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  @Test("a pipe, or a link to one, is written through and stays", arguments: [false, true])
  func pipe(isLinked: Bool) throws {
    try withFolder { folder in
      let pipe = folder + "/pipe"
      let link = folder + "/link"
      try #require(mkfifo(pipe, 0o600) == 0)
      try #require(symlink(pipe, link) == 0)
      let reader = open(pipe, O_RDONLY | O_NONBLOCK)
      try #require(reader >= 0)
      defer { close(reader) }
      try writer.write(to: isLinked ? link : pipe)
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = read(reader, &bytes, bytes.count)
      #expect(Array(bytes.prefix(max(count, 0))) == writer.bytes())
      #expect(isPipe(pipe))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == pipe)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test("a folder is refused before anything is written")
  func folder() throws {
    try withFolder { folder in
      let target = folder + "/target"
      try FileManager.default.createDirectory(
        atPath: target, withIntermediateDirectories: false)
      #expect(
        throws: SafetensorsError.cannotWrite(path: target, reason: "it is a folder; name a file")
      ) {
        try writer.write(to: target)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["target"])
    }
  }

  @Test("a pipe is refused as a model, without waiting for a writer", .timeLimit(.minutes(1)))
  func reading() throws {
    try withFolder { folder in
      let pipe = folder + "/pipe"
      try #require(mkfifo(pipe, 0o600) == 0)
      #expect(
        throws: SafetensorsError.cannotOpen(path: pipe, reason: "it is not a regular file")
      ) {
        _ = try Safetensors(path: pipe)
      }
    }
  }
}
