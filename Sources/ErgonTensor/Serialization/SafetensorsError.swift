/// What can be wrong with a safetensors file, each as "what: where: what to do".
public enum SafetensorsError: Error, Sendable, Hashable, CustomStringConvertible {
  case cannotOpen(path: String, reason: String)
  case cannotWrite(path: String, reason: String)
  /// The file breaks a rule of the format; `byte` counts from the file's beginning.
  case malformed(source: String, byte: Int?, reason: String)
  /// Something is larger than a reader accepts.
  case tooLarge(source: String, what: String, size: UInt64, limit: Int)
  case missingTensor(source: String, name: String)
  /// The tensor is there, in a type that does not convert to the one asked for.
  case wrongType(source: String, name: String, found: String, wanted: String)
  /// A stored value has no place in the type asked for.
  case outOfRange(source: String, name: String, value: String, wanted: String)

  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "cannot open: \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write: \(path): \(reason)"
    case .malformed(let source, let byte, let reason):
      "malformed safetensors: \(source)" + (byte.map { ", byte \($0)" } ?? "")
        + ": \(reason); write or download the file again"
    case .tooLarge(let source, let what, let size, let limit):
      "safetensors refused: \(source): \(what) of \(size) exceeds the limit of \(limit); "
        + "the file is damaged or hostile"
    case .missingTensor(let source, let name):
      "tensor missing: \(source): no tensor is named '\(name)'; check the model's names"
    case .wrongType(let source, let name, let found, let wanted):
      "wrong type: \(source): '\(name)' holds \(found), which does not convert to \(wanted); "
        + "ask for another element type"
    case .outOfRange(let source, let name, let value, let wanted):
      "value out of range: \(source): '\(name)' holds \(value), which is not a \(wanted); "
        + "ask for another element type"
    }
  }
}
