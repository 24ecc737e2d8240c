import ErgonNumerics

/// A university that does not exist: all that is so there, from a seed.
///
/// A closed world with many ways of saying the same thing, which stands in for theses and
/// publications that carry people's names and rights. Template text is far easier than prose: its
/// bits a byte are not to be compared with those of real text.
///
/// ```swift
/// let university = University(seed: 1)
/// university.facts.count                                        // 3112
/// let mentions = University.Mentions(
///   of: university, often: 200, once: 200, timesOften: 24, bytes: 1_000_000, seed: 2)
/// let pages = university.pages(saying: mentions, secondLanguage: 0.25, seed: 3)  // 1.05 MB
/// ```
struct University: Sendable {
  let name: String
  let departments: [String]
  let facts: [Fact]
  let language: SecondLanguage
  /// What else could stand in the place of a value, by relation.
  let values: [Relation: [String]]

  static let departmentCount = 12
  static let courseCount = 160
  static let peopleCount = 220
  static let regulationCount = 40
  static let houseCount = 90
  static let thesisCount = 600

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var names = InventedNames(seed: random.next())
    language = SecondLanguage(seed: random.next())
    name = "University of " + names.next()
    let fields = random.shuffled(Self.fields)
    departments = fields.prefix(Self.departmentCount).map { "the Department of \($0)" }

    let first = names.next(24)
    let people = names.next(Self.peopleCount).map { random.pick(first) + " " + $0 }
    let kinds = ["Hall", "Library", "House", "Laboratory", "Workshop", "Canteen", "Archive"]
    let houses = names.next(Self.houseCount).map { "the \($0) " + random.pick(kinds) }
    let streets = names.next(Self.houseCount).map {
      $0 + " " + random.pick(["Street", "Lane", "Quay"])
    }
    let towns = names.next(60)

    var facts: [Fact] = []
    func say(_ subject: String, _ department: Int, _ values: [(Relation, String)]) {
      facts += values.map {
        Fact(relation: $0.0, subject: subject, value: $0.1, department: department)
      }
    }
    for (index, department) in departments.enumerated() {
      say(department, index, [(.head, people[index])])
    }
    let credits = Self.credits
    let titles = random.shuffled(
      Self.manners.flatMap { manner in Self.topics.map { "\(manner) \($0)" } })
    for title in titles.prefix(Self.courseCount) {
      say(
        title, random.nextIndex(below: Self.departmentCount),
        [
          (.lecturer, random.pick(people)), (.credits, random.pick(credits)),
          (.hall, random.pick(houses)), (.term, random.pick(Self.terms)),
        ])
    }
    for person in people {
      // Said on pages of any department, so that a page's title does not tell.
      say(
        person, random.nextIndex(below: Self.departmentCount),
        [(.office, random.pick(houses)), (.membership, random.pick(departments))])
    }
    for number in 1...Self.regulationCount {
      say(
        "Article \(number) on \(Self.matters[number % Self.matters.count])",
        random.nextIndex(below: Self.departmentCount), [(.rule, random.pick(Self.limits))])
    }
    for (house, street) in zip(houses, streets) {
      say(
        house, random.nextIndex(below: Self.departmentCount),
        [(.opening, random.pick(Self.hours)), (.street, street)])
    }
    let theses = random.shuffled(Self.topics.flatMap { topic in towns.map { (topic, $0) } })
    for (topic, town) in theses.prefix(Self.thesisCount) {
      say(
        "the thesis on \(topic.lowercased()) in \(town)",
        random.nextIndex(below: Self.departmentCount),
        [
          (.supervisor, random.pick(people)), (.method, random.pick(Self.methods)),
          (.grade, random.pick(Self.grades)),
        ])
    }
    self.facts = facts
    values = [
      .lecturer: people, .credits: credits, .hall: houses, .term: Self.terms, .office: houses,
      .membership: departments, .head: people, .rule: Self.limits, .opening: Self.hours,
      .street: streets, .supervisor: people, .method: Self.methods, .grade: Self.grades,
    ]
  }
}

extension University {
  fileprivate static let fields = [
    "Hydrology", "Botany", "Ceramics", "Navigation", "Acoustics", "Rhetoric", "Metallurgy",
    "Cartography", "Astronomy", "Weaving", "Economics", "Law", "Medicine", "Music", "Optics",
    "Geology",
  ]
  fileprivate static let manners = [
    "Applied", "Advanced", "Early", "Comparative", "Practical", "Coastal", "Theoretical", "Urban",
  ]
  fileprivate static let topics = [
    "Soil Salts", "River Ice", "Tile Glazes", "Harbour Tides", "Bell Tones", "Court Speech",
    "Copper Alloys", "Road Maps", "Comet Paths", "Wool Dyes", "Grain Prices", "Water Rights",
    "Fever Herbs", "Choir Tuning", "Lens Grinding", "Slate Quarries", "Marsh Birds",
    "Bridge Arches", "Paper Mills", "Salt Trade", "Night Fogs", "Root Crops", "Ship Knots",
    "Clock Springs",
  ]
  fileprivate static let matters = [
    "late work", "borrowed books", "sick leave", "second exams", "night access", "travel funds",
    "shared rooms", "guest talks",
  ]
  fileprivate static let credits = ["two", "three", "four", "five", "six", "eight", "nine", "ten"]
    .map { "\($0) credits" }
  fileprivate static let terms = [
    "the autumn term", "the winter term", "the early spring term", "the late spring term",
    "the summer term", "the harvest term",
  ]
  fileprivate static let limits = [
    "three days", "five days", "eight days", "twelve days", "two weeks", "forty hours",
    "sixty pages", "nine copies", "seven visits", "ninety coins", "four months", "one year",
  ]
  fileprivate static let hours = [
    "half past six", "seven", "half past seven", "eight", "half past eight", "nine",
    "half past nine", "ten", "noon", "one in the afternoon",
  ]
  fileprivate static let methods = [
    "field notes", "long interviews", "a wind tunnel", "old tax rolls", "a survey by post",
    "chemical tests", "sound recordings", "a scale model", "church registers", "daily soundings",
    "a controlled trial", "satellite images",
  ]
  fileprivate static let grades = [
    "a six", "a seven", "a seven and a half", "an eight", "an eight and a half", "a nine",
    "a nine and a half", "a ten",
  ]
}
