import Foundation

extension FootprintRecord {
  /// Reads one line of a registry and checks every field.
  ///
  /// - Throws: ``FootprintProblem`` with the field that is wrong. Unknown keys are refused too: a
  ///   misspelt `hour` must not read as "no hours".
  public init(jsonLine text: String) throws(FootprintProblem) {
    let record = try Self.decode(Data(text.utf8))
    if let problem = record.problems().first { throw problem }
    self = record
  }

  /// The record as one line of a registry, keys sorted.
  public func jsonLine() throws(FootprintProblem) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      throw FootprintProblem(id: id, field: "record", kind: .malformed("\(error)"))
    }
  }

  static func decode(
    _ data: Data, with decoder: JSONDecoder = JSONDecoder()
  ) throws(FootprintProblem) -> FootprintRecord {
    do {
      return try decoder.decode(FootprintRecord.self, from: data)
    } catch let problem as FootprintProblem {
      throw problem
    } catch let error as DecodingError {
      throw FootprintProblem(error)
    } catch {
      throw FootprintProblem(field: "record", kind: .malformed("\(error)"))
    }
  }

  public init(from decoder: any Decoder) throws {
    // One container for everything: making one sorts all keys of the row anew.
    let values = try decoder.container(keyedBy: Key.self)
    for key in values.allKeys where !Key.known.contains(key.stringValue) {
      throw FootprintProblem(field: key.stringValue, kind: .unknownField)
    }
    id = try values.decode(String.self, forKey: Key(.id))
    name = try values.decode(String.self, forKey: Key(.name))
    task = try values.decodeIfPresent(String.self, forKey: Key(.task))
    date = try values.decodeIfPresent(String.self, forKey: Key(.date))
    year = try values.decodeIfPresent(Int.self, forKey: Key(.year))
    authors = try values.decodeIfPresent([String].self, forKey: Key(.authors)) ?? []
    devices = try values.decodeIfPresent([Device].self, forKey: Key(.devices)) ?? []
    hours = try values.decodeIfPresent(Double.self, forKey: Key(.hours))
    place = try values.decodeIfPresent(Place.self, forKey: Key(.place))
    intensity = try values.decodeIfPresent(Intensity.self, forKey: Key(.intensity))
    pue = try values.decodeIfPresent(Double.self, forKey: Key(.pue))
    measuredJoules = try values.decodeIfPresent(Double.self, forKey: Key(.measuredJoules))
    measuredSpread = try values.decodeIfPresent(Double.self, forKey: Key(.measuredSpread))
    meter = try values.decodeIfPresent(String.self, forKey: Key(.meter))
    published = try values.decodeIfPresent(Published.self, forKey: Key(.published))
    quality = try values.decodeIfPresent(Quality.self, forKey: Key(.quality))
    notes = try values.decodeIfPresent(String.self, forKey: Key(.notes))
    provenance = try values.decode(FootprintProvenance.self, forKey: Key(.provenance))
    version = try values.decode(Int.self, forKey: Key(.version))
  }

  /// Any key at all, so that those nobody knows are seen.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ key: CodingKeys) { stringValue = key.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    static let known = Set(CodingKeys.allCases.map(\.rawValue))
  }
}

extension FootprintProblem {
  /// The field and the reason out of a decoder's own error.
  init(_ error: DecodingError) {
    func field(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
      var text = ""
      for key in path + (last.map { [$0] } ?? []) {
        if let index = key.intValue {
          text += "[\(index)]"
        } else {
          text += (text.isEmpty ? "" : ".") + key.stringValue
        }
      }
      return text.isEmpty ? "record" : text
    }
    switch error {
    case .keyNotFound(let key, let context):
      self.init(field: field(context.codingPath, key), kind: .missing)
    case .valueNotFound(_, let context):
      self.init(field: field(context.codingPath), kind: .missing)
    case .typeMismatch(let type, let context):
      self.init(field: field(context.codingPath), kind: .wrongType(expected: Self.words(type)))
    case .dataCorrupted(let context):
      let reason = context.debugDescription
      self.init(
        field: field(context.codingPath),
        kind: .malformed(reason.count > 200 ? String(reason.prefix(200)) + " …" : reason))
    @unknown default:
      self.init(field: "record", kind: .malformed("not a footprint record"))
    }
  }

  private static func words(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Int.Type: "a whole number"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is [Any].Type: "a list"
    default: "an object"
    }
  }
}
