import ErgonNumerics

/// Letters, offers and diaries of a travel agency that does not exist: what general text is here,
/// and what lies outside the university's context.
struct TravelAgency: Sendable {
  /// A trip, said in a few sentences of every kind.
  private struct Trip {
    let words: [Character: String]
  }

  private let trips: [Trip]

  init(seed: UInt64, trips count: Int = 160) {
    var random = SplitMix64(seed: seed)
    var names = InventedNames(seed: random.next())
    let guides = names.next(40)
    trips = (0..<count).map { _ in
      let place = names.next()
      return Trip(
        words: [
          "p": place, "h": names.next() + " " + random.pick(["Inn", "Hotel", "Lodge"]),
          "g": random.pick(guides), "c": "\(20 + 5 * random.nextIndex(below: 80)) crowns",
          "k": random.pick([
            "the beach", "the old town", "the mountains", "the lake", "the market", "the caves",
          ]),
          "f": random.pick([
            "grilled fish", "plum cake", "bean soup", "goat cheese", "lemon ice", "rye bread",
          ]),
          "m": random.pick([
            "the night train", "a small ferry", "a coach", "the cable car", "a hired van",
          ]),
          "t": random.pick(["May", "June", "July", "August", "September", "December"]),
        ])
    }
  }

  /// Pages of about as many bytes in all.
  func pages(bytes: Int, seed: UInt64) -> [Page] {
    var random = SplitMix64(seed: seed)
    var pages: [Page] = []
    var written = 0
    while written < bytes {
      let trip = random.pick(trips)
      let sentences = random.shuffled(Self.sentences).prefix(6 + random.nextIndex(below: 6))
      let body = sentences.map { $0.rendered(trip.words, &random) }.joined(separator: " ")
      let text =
        random.pick(Self.openings).rendered(trip.words, &random) + "\n" + body + " "
        + random.pick(Self.closings).rendered(trip.words, &random) + "\n"
      written += text.utf8.count
      pages.append(Page(source: "travel/\(pages.count).txt", text: text, facts: []))
    }
    return pages
  }

  private static let openings: [SentenceTemplate] = [
    "A week in {p}", "Our offer for {t}: {p}", "Dear traveller,", "From a diary, {p}",
    "What guests say about {h}",
  ]
  private static let closings: [SentenceTemplate] = [
    "Book [soon|early|today].", "We [hope|wish] to see you in {p}.",
    "[Have|Enjoy] a [good|pleasant] trip!", "[Tired|Sunburnt] but happy we went home.",
  ]
  private static let sentences: [SentenceTemplate] = [
    "We [arrived|came] in {p} by {m}[ late at night| in the rain| at dawn|].",
    "The [room|view|bed] at {h} was [lovely|small but clean|better than we feared].",
    "[Our guide|The guide], {g}, [knew|showed us] every corner of {k}.",
    "[Breakfast|Dinner] was {f}[ with honey| and tea| as always|].",
    "The whole trip [costs|cost] {c}[ for each guest|, all meals included|].",
    "In {t} the weather in {p} is [mild|hot|windy|perfect].",
    "[Do not miss|Be sure to see] {k}[ in the evening| before breakfast|].",
    "[Children|Dogs|Bicycles] travel [free|at half price] on {m}.",
    "{g} [laughed|smiled] and [bought|shared] {f} with everybody.",
    "We [lost|found] a [hat|map|shoe] near {k}[, and nobody cared|].",
    "[Pack|Bring] [warm clothes|a swimsuit|good boots] for {p}.",
    "After {p} we [took|waited for] {m} [again|back home].",
    "At {h} [they|the owners] [keep|have] a [parrot|black cat|piano] in the hall.",
    "The [sun|moon] [rose|stood] over {k}, and we [said|ate] nothing for a while.",
    "[Tickets|Places] for {t} are [nearly gone|still left|cheaper on Mondays].",
    "A [boat|walk|concert] near {k} [is|was] [included|worth the wait].",
  ]
}
