public import ErgonData

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A model's folder on this machine, with the record of what was brought into it.
public struct PulledModel: Sendable, Hashable {
  static let recordName = ".ergon-model.json"
  static let indexName = "model.safetensors.index.json"
  static let weightsName = "model.safetensors"

  public let folder: String
  public internal(set) var name: String
  public internal(set) var revision: String
  /// What the revision was when it was pulled.
  public internal(set) var commit: String?
  /// The hub or the mirror that it is from.
  public internal(set) var source: String
  /// What is here, whole and checked; each has its digest.
  public internal(set) var files: [HubFile]
  /// What is still to come, by path.
  public internal(set) var pending: [String]

  public var isComplete: Bool { pending.isEmpty }
  /// Bytes of what is here.
  public var size: Int { files.reduce(0) { $0 + $1.size } }
  public var reference: String { revision == "main" ? name : "\(name)@\(revision)" }

  /// What ``openModelFile`` of `ErgonLM` and `--model` take: the folder, or the one file of weights.
  ///
  /// - Parameter selection: A file's path, or a quantisation such as `Q4_0`.
  /// - Throws: ``HubError`` when it is not all here, or when several files could be meant.
  public func weights(_ selection: String? = nil) throws(HubError) -> String {
    if let selection { return try present(files.selected(selection, of: reference)) }
    if files.contains(where: { $0.path == Self.indexName || $0.path == Self.weightsName }) {
      guard isComplete else { throw .incomplete(model: reference, missing: pending) }
      if let lost = files.first(where: { !isHere($0) }) {
        throw .incomplete(model: reference, missing: [lost.path])
      }
      return folder
    }
    let weights = files.filter { $0.isGGUF || $0.path.hasSuffix(".safetensors") }
    guard let first = weights.first else {
      throw isComplete
        ? .noModelFiles(model: reference, files: files.map(\.path))
        : .incomplete(model: reference, missing: pending)
    }
    guard weights.count == 1 else {
      throw .ambiguous(model: reference, files: weights.map(\.path))
    }
    return try present(first)
  }

  private func present(_ file: HubFile) throws(HubError) -> String {
    guard isHere(file) else { throw .incomplete(model: reference, missing: [file.path]) }
    return path(file)
  }

  /// The files whose bytes are no longer those that were pulled; every byte is read.
  ///
  /// - Throws: `DataError` when a file that is there cannot be read.
  public func damage() throws(DataError) -> [HubFile] {
    var damaged: [HubFile] = []
    for file in files {
      guard isHere(file) else {
        damaged.append(file)
        continue
      }
      if let digest = file.digest, try !digest.matches(file: path(file)) { damaged.append(file) }
    }
    return damaged
  }

  public func path(_ file: HubFile) -> String { "\(folder)/\(file.path)" }

  /// Whether a file is there in its size.
  func isHere(_ file: HubFile) -> Bool { Self.size(of: path(file)) == file.size }

  /// The size of a regular file, behind links too; `nil` for anything else.
  static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}
