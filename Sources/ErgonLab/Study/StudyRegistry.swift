/// The studies a program knows, by name.
public struct StudyRegistry: Sendable {
  public let studies: [AnyStudy]

  /// - Precondition: no two have the same name.
  public init(_ studies: [AnyStudy]) {
    precondition(
      Set(studies.map(\.name)).count == studies.count, "StudyRegistry: two studies share a name")
    self.studies = studies.sorted { $0.name < $1.name }
  }

  /// The study of this name, or the only one whose name begins so.
  ///
  /// - Throws: ``LabError/unknownStudy(name:known:)``.
  public func study(_ name: String) throws(LabError) -> AnyStudy {
    if let exact = studies.first(where: { $0.name == name }) { return exact }
    let matches = name.isEmpty ? [] : studies.filter { $0.name.hasPrefix(name) }
    guard matches.count == 1 else {
      throw .unknownStudy(name: name, known: studies.map(\.name))
    }
    return matches[0]
  }
}
