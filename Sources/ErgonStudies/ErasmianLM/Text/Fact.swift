/// Something that is so at the fictional university: a subject, a relation and a value.
struct Fact: Sendable, Hashable {
  let relation: Relation
  let subject: String
  let value: String
  /// Whose business it is: pages are about one department.
  let department: Int
}

/// What a fact is about; each has wordings of its own.
enum Relation: String, Sendable, Hashable, CaseIterable {
  case lecturer, credits, hall, term
  case office, membership
  case head
  case rule
  case opening, street
  case supervisor, method, grade
}

/// The ways in which a fact of one relation is said.
struct Wording: Sendable {
  /// In prose.
  let statements: [SentenceTemplate]
  /// As one asks on a page of questions and answers; what fine-tuning learns from.
  let question: SentenceTemplate
  /// As the examination asks: a wording that no page has.
  let examination: SentenceTemplate
  /// In glosses of the second language, whose verb comes last.
  let glosses: [String]
}

/// A page of the university's own text, with what it says.
struct Page: Sendable {
  let source: String
  let text: String
  let facts: [Fact]
}
