import ErgonLM
import Foundation

/// The folder that a model is trained into, held by one process at a time.
///
/// It is what Hugging Face calls a checkpoint, and holds beside it the tokens, the record of the run
/// and, until that is finished, its state.
final class RunFolder {
  let path: String
  private(set) var record: TrainingRecord?
  private var lock: Int32 = -1
  /// Whether nothing was here before.
  private var isNew = false

  static let recordName = "run.json"
  /// All that training writes.
  private static let names = [
    "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    "generation_config.json", "training.safetensors", "train.tokens",
    "validation.tokens", "corpus.json", "chat_template.jinja", "adapter_config.json",
    "adapter_model.safetensors", recordName,
  ]

  /// Looks at the folder without touching it.
  ///
  /// - Throws: ``CommandError/cannotWrite(path:reason:)`` where it is something else.
  init(_ path: String) throws {
    guard !path.isEmpty else {
      throw CommandError.usage("bad value: --output '': expected a folder")
    }
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: self.path, isDirectory: &isFolder) else {
      try Console.checkFolder(ofFile: self.path)
      return
    }
    guard isFolder.boolValue else {
      throw CommandError.cannotWrite(path: path, reason: "it is a file; name a folder")
    }
    guard access(self.path, W_OK | X_OK) == 0 else {
      throw CommandError.cannotWrite(
        path: path, reason: "\(String(cString: strerror(errno))); check its mode")
    }
    let inside = (try? FileManager.default.contentsOfDirectory(atPath: self.path)) ?? []
    if inside.isEmpty { return }
    guard inside.contains(Self.recordName) else {
      throw CommandError.cannotWrite(
        path: path,
        reason: "it holds '\(inside.sorted()[0])' and no training run; name a new folder")
    }
    record = try Self.read(file(Self.recordName))
  }

  deinit { if lock >= 0 { close(lock) } }

  /// The path of a file in it.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  private static func read(_ path: String) throws -> TrainingRecord {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw CommandError.cannotRead(path: path, reason: error.localizedDescription)
    }
    guard let record = try? JSONDecoder().decode(TrainingRecord.self, from: data),
      record.schemaVersion == TrainingRecord.version
    else {
      throw LMError.malformed(
        source: path, place: "its members", reason: "they are not those of a training run")
    }
    return record
  }

  /// Makes the folder where there is none, and holds it until the process ends.
  ///
  /// - Throws: ``CommandError/busy(what:hint:)`` where another process trains in it.
  func open() throws {
    if mkdir(path, 0o777) == 0 {
      isNew = true
    } else if errno != EEXIST {
      throw CommandError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    lock = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard lock >= 0 else {
      throw CommandError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw CommandError.busy(
        what: path, hint: "another process trains in this folder; wait for it or name another")
    }
    // Somebody may have finished between the look and the lock.
    if has(Self.recordName) { record = try Self.read(file(Self.recordName)) }
  }

  /// Takes away what was written for a run that never began to learn.
  func discard() {
    for name in Self.names { unlink(file(name)) }
    if isNew { rmdir(path) }
  }

  func keep(_ record: TrainingRecord) throws {
    self.record = record
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
    try Console.write(text, toFile: file(Self.recordName))
  }
}
