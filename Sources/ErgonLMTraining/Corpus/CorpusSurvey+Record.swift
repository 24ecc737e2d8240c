public import ErgonLM

extension CorpusSurvey {
  /// The survey as a run's record keeps it: every file with its digest, what of it is used and why
  /// the rest is not.
  public var record: JSONValue {
    var duplicates = 0
    var near = 0
    var empty = 0
    for entry in entries {
      switch entry.verdict {
      case .training, .heldOut: break
      case .duplicate: duplicates += 1
      case .nearDuplicate: near += 1
      case .empty: empty += 1
      }
    }
    func part(_ part: Part) -> JSONValue {
      let size = size(of: part)
      return ["documents": .integer(size.documents), "bytes": .integer(size.bytes)]
    }
    return [
      "documents": .integer(entries.count), "training": part(.training),
      "held_out": part(.heldOut), "duplicates": .integer(duplicates),
      "near_duplicates": .integer(near), "empty": .integer(empty),
      "held_out_share": .number(heldOutShare),
      // A seed of 64 bits is no number of JSON's.
      "seed": .string(String(seed)), "links_not_followed": .integer(corpus.skipped.count),
      "files": .array(files.map(Self.record)),
    ]
  }

  private static func record(_ file: FileReport) -> JSONValue {
    var object = JSONObject()
    object["path"] = .string(file.path)
    object["bytes"] = .integer(file.bytes)
    object["sha256"] = file.digest.map { .string("\($0)") }
    object["documents"] = .integer(file.documents)
    object["kept"] = .integer(file.kept)
    object["kept_bytes"] = .integer(file.keptBytes)
    if file.repairs > 0 { object["repaired_characters"] = .integer(file.repairs) }
    if file.malformedRecords > 0 { object["malformed_records"] = .integer(file.malformedRecords) }
    object["not_read"] = file.reason.map { .string($0) }
    return .object(object)
  }
}
