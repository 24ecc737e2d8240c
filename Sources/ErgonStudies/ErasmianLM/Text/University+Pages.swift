import ErgonNumerics

extension University {
  /// How often each fact is said: some often, some once, the rest as the wanted size asks.
  struct Mentions: Sendable {
    let often: [Fact]
    let once: [Fact]
    let times: [Fact: Int]

    /// Draws which facts are said how often, the same kinds among both.
    ///
    /// - Parameters:
    ///   - bytes: The size that the pages shall have; a sentence takes about 75.
    ///   - timesOften: Sentences of each frequent fact.
    init(
      of university: University, often: Int, once: Int, timesOften: Int, bytes: Int, seed: UInt64
    ) {
      var random = SplitMix64(seed: seed)
      let facts = random.shuffled(university.facts)
      let often = min(often, facts.count / 3)
      let once = min(once, facts.count / 3)
      self.often = Array(facts[..<often])
      self.once = Array(facts[often..<often + once])
      let rest = facts[(often + once)...]
      let room = bytes / Self.bytesOfSentence - often * timesOften - once
      var times: [Fact: Int] = [:]
      for fact in self.often { times[fact] = timesOften }
      for fact in self.once { times[fact] = 1 }
      // A few of the rest at least, so that no page lacks company.
      let each = max(0, room) / rest.count
      let extra = max(0, room) - each * rest.count
      for (index, fact) in rest.enumerated() { times[fact] = each + (index < extra ? 1 : 0) }
      self.times = times
    }

    private static let bytesOfSentence = 75
  }

  /// The pages that say each fact as often as it is mentioned, English ones and a share in the
  /// second language; no fact twice on a page.
  ///
  /// One page in four asks and answers; the examination also asks in words that no page has.
  ///
  /// - Parameter share: Of the sentences of facts said more than once that are in the second
  ///   language.
  func pages(saying mentions: Mentions, secondLanguage share: Double, seed: UInt64) -> [Page] {
    var random = SplitMix64(seed: seed)
    var english: [[Fact]] = Array(repeating: [], count: departments.count)
    var (second, asked) = (english, english)
    for fact in facts {
      let times = mentions.times[fact] ?? 0
      for _ in 0..<times {
        if times > 1, random.nextUnit() < share {
          second[fact.department].append(fact)
        } else if random.nextIndex(below: 4) == 0 {
          asked[fact.department].append(fact)
        } else {
          english[fact.department].append(fact)
        }
      }
    }
    var pages: [Page] = []
    for department in departments.indices {
      for bundle in Self.bundles(random.shuffled(english[department]), &random) {
        let kind = random.pick(PageKind.prose)
        pages.append(page(kind, bundle, department, pages.count, &random))
      }
      for bundle in Self.bundles(random.shuffled(asked[department]), &random) {
        pages.append(page(.questions, bundle, department, pages.count, &random))
      }
      for bundle in Self.bundles(random.shuffled(second[department]), &random) {
        pages.append(secondPage(bundle, pages.count, &random))
      }
    }
    return random.shuffled(pages)
  }

  /// Parts of 6 to 14 facts, none twice in a part: a second mention waits for a later page.
  private static func bundles(_ facts: [Fact], _ random: inout SplitMix64) -> [[Fact]] {
    var bundles: [[Fact]] = []
    var waiting = facts
    while !waiting.isEmpty {
      let size = 6 + random.nextIndex(below: 9)
      var bundle: [Fact] = []
      var seen: Set<Fact> = []
      var later: [Fact] = []
      var index = 0
      while index < waiting.count, bundle.count < size {
        let fact = waiting[index]
        if seen.insert(fact).inserted { bundle.append(fact) } else { later.append(fact) }
        index += 1
      }
      waiting = later + waiting[index...]
      bundles.append(bundle)
    }
    return bundles
  }

  private func page(
    _ kind: PageKind, _ facts: [Fact], _ department: Int, _ number: Int, _ random: inout SplitMix64
  ) -> Page {
    let words: [Character: String] = [
      "d": departments[department], "u": name, "n": String(number),
      "w": String(1 + random.nextIndex(below: 52)), "y": String(1980 + random.nextIndex(below: 44)),
    ]
    var lines = [
      kind.title.rendered(words, &random), random.pick(kind.openings).rendered(words, &random),
    ]
    for fact in facts {
      let words: [Character: String] = ["s": fact.subject, "v": fact.value]
      let wording = fact.relation.wording
      if kind == .questions {
        let question = wording.question.rendered(words, &random)
        lines.append(Examination.marked(question) + "\nAnswer: " + fact.value)
      } else {
        lines.append(random.pick(wording.statements).rendered(words, &random).capitalizingFirst)
        if random.nextIndex(below: 5) == 0 {
          lines.append(random.pick(Self.asides).rendered(words, &random))
        }
      }
    }
    lines.append(random.pick(kind.closings).rendered(words, &random))
    let separator = kind == .questions ? "\n" : " "
    return Page(
      source: "\(kind.rawValue)/\(number).txt",
      text: lines[0] + "\n" + lines.dropFirst().joined(separator: separator) + "\n", facts: facts)
  }

  private func secondPage(_ facts: [Fact], _ number: Int, _ random: inout SplitMix64) -> Page {
    let week = String(1 + random.nextIndex(below: 52))
    var lines = [language.sentence("the council of news {v}", value: week)]
    for fact in facts {
      lines.append(
        language.sentence(
          random.pick(fact.relation.wording.glosses), subject: fact.subject, value: fact.value))
    }
    lines.append(
      language.sentence(
        random.pick(["all that know must", "this note in the end of week read was"])))
    return Page(
      source: "second/\(number).txt", text: lines.joined(separator: " ") + "\n", facts: facts)
  }

  private static let asides: [SentenceTemplate] = [
    "[Nothing else|Little] has [changed|been decided].",
    "This [was noted|was read out|is in the files].",
    "[There were|The meeting had] no questions.",
    "[More|The rest] [follows|will follow] in a later [letter|note].",
    "[Thanks|Many thanks] to all who [helped|wrote].",
    "Students [asked|had asked] for this [before|last year].",
    "[Please|Kindly] [tell|inform] the others.",
    "The list [hangs|is] by the door.",
  ]
}

/// What a page is, with how it begins and ends.
private enum PageKind: String {
  case minutes, guide, report, letter, rules, questions

  static let prose = [minutes, guide, report, letter, rules]

  var title: SentenceTemplate {
    switch self {
    case .minutes: "Minutes of {d}, week {w} of {y}"
    case .guide: "Study guide {y}, sheet {n}"
    case .report: "Report {n} of {d}"
    case .letter: "Letter to the [members|students] of {d}"
    case .rules: "Rules and notices, number {n}"
    case .questions: "Questions and answers, page {n}"
    }
  }

  var openings: [SentenceTemplate] {
    switch self {
    case .minutes:
      ["The meeting [opened|began] at {w} past four.", "[Present were|There were] {w} members."]
    case .guide:
      ["[Read|Keep] this sheet [with care|well].", "This sheet [holds|is good] for {y}."]
    case .report: ["The year {y} in [short|brief].", "[Work|Teaching] at {u} [went on|went well]."]
    case .letter:
      ["[Dear|My dear] [friends|colleagues|students],", "[Some|A few] [news|notes] from {d}."]
    case .rules:
      ["[Valid|In force] from week {w}.", "[Replaces|Takes the place of] the notices of {y}."]
    case .questions: ["[Asked|Sent in] in week {w}.", "[Answers|Replies] by the office of {d}."]
    }
  }

  var closings: [SentenceTemplate] {
    switch self {
    case .minutes: ["The meeting [closed|ended] at {w} past six.", "Next meeting in week {w}."]
    case .guide: ["[Ask|See] the study office for more.", "Printed in {y}."]
    case .report: ["[Written|Drawn up] in week {w}.", "With thanks to all [members|staff]."]
    case .letter: ["With [kind|warm] regards, {d}.", "[Yours|Greetings], the office of {d}."]
    case .rules: ["[Signed|Sealed] by the council of {u}.", "Filed under {n}."]
    case .questions: ["[More|Other] questions? Write to {d}.", "[Checked|Read] in week {w}."]
    }
  }
}

extension String {
  var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }
}
