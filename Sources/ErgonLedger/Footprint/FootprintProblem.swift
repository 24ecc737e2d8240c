public import ErgonEnergy

/// One thing that is wrong with one row of a registry: where, what, and what to do.
public struct FootprintProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Line of the file, from 1, where the row came from a file.
  public var line: Int?
  /// The row's id, where it could be read.
  public var id: String?
  /// The field as a path: `devices[1].count`.
  public var field: String
  public var kind: Kind

  public init(line: Int? = nil, id: String? = nil, field: String, kind: Kind) {
    self.line = line
    self.id = id
    self.field = field
    self.kind = kind
  }

  public enum Kind: Sendable, Hashable {
    // The row is refused.
    case malformed(String)
    case unknownField
    case missing
    case wrongType(expected: String)
    case notFinite
    case notPositive(Double)
    case outOfRange(Double, expected: String)
    case unacceptable(String, expected: String)
    case unknownDevice(String, nearest: [String])
    case ambiguousDevice(String, candidates: [String])
    case unknownCountry(String, nearest: [String])
    case yearOutsideTable(year: Int, table: Int)
    case yearNeeded(table: Int)
    case noEnergy
    case unsupportedVersion(Int)
    // Two statements disagree; the row is kept and flagged.
    case duplicate(ofLine: Int?)
    case disagreement(ratio: Double, between: String)
  }

  /// A contradiction somebody must settle, rather than a row that cannot be read.
  public var isConflict: Bool {
    switch kind {
    case .duplicate, .disagreement: true
    default: false
    }
  }

  public var description: String {
    let place = [line.map { "line \($0)" }, id.map { "'\($0)'" }, field]
      .compactMap { $0 }.joined(separator: ", ")
    return "footprint \(isConflict ? "conflict" : "refused"): \(place): \(reason)"
  }

  /// What is wrong and what to do.
  public var reason: String {
    switch kind {
    case .malformed(let text): "not readable (\(text)); give one JSON object a line"
    case .unknownField: "no such field; mend its spelling or put the matter in 'notes'"
    case .missing: "missing; state it"
    case .wrongType(let expected): "wrong type; expected \(expected)"
    case .notFinite: "not a finite number; leave the field out where nothing is known"
    case .notPositive(let x):
      "must be above 0, is \(QuantityFormat.number(x)); leave the field out where nothing is known"
    case .outOfRange(let x, let expected):
      "is \(QuantityFormat.number(x)); expected \(expected)"
    case .unacceptable(let text, let expected): "'\(text.prefix(60))'; expected \(expected)"
    case .unknownDevice(let name, let nearest):
      "unknown device '\(name.prefix(60))'; state its 'tdpW'"
        + (nearest.isEmpty ? "" : ", or use \(nearest.joined(separator: ", "))")
    case .ambiguousDevice(let name, let candidates):
      "'\(name.prefix(60))' may be \(candidates.joined(separator: " or ")); name one or state 'tdpW'"
    case .unknownCountry(let code, let nearest):
      "unknown country '\(code.prefix(60))'; give its ISO code, or state 'intensity'"
        + (nearest.isEmpty ? "" : "; nearest: \(nearest.joined(separator: ", "))")
    case .yearOutsideTable(let year, let table):
      "no intensity for \(year), the table holds \(table); state 'intensity' for that year"
    case .yearNeeded(let table):
      "needed to take an intensity from the table (\(table)); state it, or state 'intensity'"
    case .noEnergy:
      "no energy: give 'measuredJoules', or 'devices' with 'hours', or 'published' figures"
    case .unsupportedVersion(let version):
      "version \(version) of the format is not known; expected \(FootprintRecord.currentVersion)"
    case .duplicate(let line):
      "the same id with other content"
        + (line.map { " stands on line \($0)" } ?? " is in the registry")
        + "; rename one or remove one"
    case .disagreement(let ratio, let between):
      "\(between) disagree by a factor of \(QuantityFormat.number(ratio)); check devices and hours"
    }
  }
}

/// What can go wrong with a registry as a whole, each as "what: where: what to do".
public enum FootprintError: Error, Sendable, Hashable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// Every problem of a file, in the order of its lines.
  case refused([FootprintProblem])
  case unknownRecord(id: String, nearest: [String])
  /// The question needs a figure the record does not hold.
  case figureMissing(id: String, figure: String)
  case invalidParameter(name: String, value: String, expected: String)
  /// A place that is no grid.
  case place(EnergyError)
  case malformedModelCard(reason: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "registry unreadable: \(path): \(reason)"
    case .unwritable(let path, let reason): "registry not written: \(path): \(reason)"
    case .refused(let problems):
      (problems.first?.description ?? "footprint refused")
        + (problems.count > 1
          ? "; and \(problems.count - 1) more: 'ergon footprint check FILE' lists them" : "")
    case .unknownRecord(let id, let nearest):
      "no such footprint: '\(id)': list them with 'ergon footprint list'"
        + (nearest.isEmpty ? "" : "; nearest: \(nearest.joined(separator: ", "))")
    case .figureMissing(let id, let figure):
      "question not answerable: '\(id)' holds no \(figure): add it to the record"
    case .invalidParameter(let name, let value, let expected):
      "bad value: \(name) = '\(value)': expected \(expected)"
    case .place(let error): error.description
    case .malformedModelCard(let reason):
      "model card refused: \(reason): expected a 'co2_eq_emissions:' block of YAML"
    }
  }
}
