/// The publication a study re-runs.
public struct Paper: Sendable, Hashable, Codable {
  public var title: String
  public var authors: String
  public var year: Int
  /// A lasting identifier: `arXiv:2302.08476`, `doi:10.…`.
  public var id: String

  public init(title: String, authors: String, year: Int, id: String) {
    self.title = title
    self.authors = authors
    self.year = year
    self.id = id
  }

  /// Where the paper can be read, for the identifiers that have an address.
  public var url: String? {
    if id.hasPrefix("arXiv:") { return "https://arxiv.org/abs/\(id.dropFirst(6))" }
    if id.hasPrefix("doi:") { return "https://doi.org/\(id.dropFirst(4))" }
    return nil
  }
}
