public import ErgonData
import ErgonLM
public import ErgonWorkload
import ErgonTensor

/// What a corpus holds and which of its documents are learned from, held out or left out: the
/// provenance that belongs to a model.
public struct CorpusSurvey: Sendable {
  /// What becomes of a document.
  public enum Verdict: Sendable, Hashable {
    case training, heldOut
    /// The same text as that of an earlier document of this number.
    case duplicate(of: Int)
    /// Nearly the same, with this share of common shingles.
    case nearDuplicate(of: Int, similarity: Float)
    /// Nothing but white space.
    case empty
  }

  /// The parts that documents are asked for by.
  public enum Part: Sendable, Hashable {
    case training, heldOut
  }

  /// What a file gave.
  public struct FileReport: Sendable, Hashable {
    public let path: String
    public internal(set) var bytes = 0
    public internal(set) var digest: SHA256Digest?
    /// Documents in it, and how many of them are learned from or held out.
    public internal(set) var documents = 0
    public internal(set) var kept = 0
    /// Bytes of clean text of those that are kept.
    public internal(set) var keptBytes = 0
    /// Places that were no UTF-8.
    public internal(set) var repairs = 0
    /// Records that could not be read.
    public internal(set) var malformedRecords = 0
    /// Why it, or the rest of it, was not read.
    public internal(set) var reason: String?
    var first = 0
  }

  struct Entry: Sendable {
    let bytes: Int
    var verdict: Verdict
    /// Where chance puts the document: one below ``heldOutShare`` is held out.
    var place = 0.0
  }

  public let corpus: Corpus
  public internal(set) var files: [FileReport] = []
  var entries: [Entry] = []
  public internal(set) var heldOutShare: Double
  public internal(set) var seed: UInt64

  public var documentCount: Int { entries.count }
  public var verdicts: [Verdict] { entries.map(\.verdict) }

  /// Documents of a part, and bytes of their texts.
  public func size(of part: Part) -> (documents: Int, bytes: Int) {
    var size = (documents: 0, bytes: 0)
    for entry in entries where entry.verdict == Verdict(part) {
      size.documents += 1
      size.bytes += entry.bytes
    }
    return size
  }

  /// The documents of a part, read again from the files.
  ///
  /// One that has changed since is left out: whoever counts on all of them compares the number with
  /// ``size(of:)``.
  public func documents(_ part: Part) -> CorpusDocuments { CorpusDocuments(self, part) }
}

extension CorpusSurvey.Verdict {
  init(_ part: CorpusSurvey.Part) {
    switch part {
    case .training: self = .training
    case .heldOut: self = .heldOut
    }
  }
}

extension Corpus {
  /// Reads all documents and decides which of them to learn from.
  ///
  /// Whether a document is held out depends on its text and the seed alone, so that a folder that
  /// grows keeps its split. Of documents that are equal, or nearly, the first is kept.
  ///
  /// - Parameters:
  ///   - share: The share of documents to hold out; doubled, up to a half, where chance holds out
  ///     none of a few, and the survey's ``CorpusSurvey/heldOutShare`` is then that.
  ///   - duplicates: When documents count as nearly the same; nil finds only equal ones.
  /// - Throws: ``ErgonLM/LMError`` where nothing is left to learn from, or to hold out though some
  ///   should be; `WorkloadStopped`.
  /// - Cost: one pass over the files, two for their digests; memory for some 150 bytes a document,
  ///   and a kilobyte where near duplicates are looked for.
  public func survey(
    heldOut share: Double = 0.02, seed: UInt64 = 0,
    duplicates: NearDuplicates.Settings? = NearDuplicates.Settings(),
    in context: some WorkloadContext = UnobservedContext()
  ) throws -> CorpusSurvey {
    precondition(share >= 0 && share < 1, "Corpus: cannot hold out a share of \(share)")
    var survey = CorpusSurvey(corpus: self, heldOutShare: share, seed: seed)
    var finder = duplicates.map { NearDuplicates($0) }
    var exact: [SHA256Digest: Int] = [:]
    var counts = WorkloadCounts()
    for file in files {
      var report = CorpusSurvey.FileReport(path: file.path)
      report.first = survey.entries.count
      let (records, reason) = records(of: file)
      report.reason = reason
      if let records {
        report.digest = try SHA256Digest(ofFile: file.path)
        report.bytes = (try? mapFile(file.path))?.bytes.count ?? 0
        while let (bytes, _) = records.next() {
          let clean = clean(bytes, of: file)
          report.repairs += clean.repairs
          let entry = judge(clean.text, &survey, &finder, &exact)
          survey.entries.append(entry)
          report.documents += 1
          if entry.verdict == .training {
            report.kept += 1
            report.keptBytes += entry.bytes
          }
          counts.items += 1
          counts.bytes += UInt64(bytes.count)
        }
        report.malformedRecords = records.malformed
        report.reason = records.failure
      }
      survey.files.append(report)
      try context.report(
        WorkloadProgress(
          stage: "corpus", completed: Double(survey.files.count), total: Double(files.count),
          counts: counts))
    }
    survey.part()
    try survey.check()
    return survey
  }

  private func judge(
    _ text: String, _ survey: inout CorpusSurvey, _ finder: inout NearDuplicates?,
    _ exact: inout [SHA256Digest: Int]
  ) -> CorpusSurvey.Entry {
    let number = survey.entries.count
    func entry(_ verdict: CorpusSurvey.Verdict) -> CorpusSurvey.Entry {
      CorpusSurvey.Entry(bytes: text.utf8.count, verdict: verdict)
    }
    if text.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return entry(.empty) }
    let digest = SHA256Digest(of: text)
    if let first = exact[digest] { return entry(.duplicate(of: first)) }
    exact[digest] = number
    if let near = finder?.find(text, orAddAs: number) {
      return entry(.nearDuplicate(of: near.number, similarity: Float(near.similarity)))
    }
    // The digest's first bits are as good as random; the seed makes another split of them.
    let bits = digest.bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    var random = RandomStream(seed: survey.seed ^ bits)
    let place = Double(random.next() >> 11) * 0x1p-53
    return CorpusSurvey.Entry(bytes: text.utf8.count, verdict: .training, place: place)
  }
}

extension CorpusSurvey {
  /// Holds out what chance puts below the share, which is doubled while that is nothing.
  fileprivate mutating func part() {
    guard heldOutShare > 0 else { return }
    let places = entries.filter { $0.verdict == .training }.map(\.place)
    while heldOutShare < 0.5, !places.contains(where: { $0 < heldOutShare }) {
      heldOutShare = min(2 * heldOutShare, 0.5)
    }
    // Something has to be left to learn from.
    guard places.contains(where: { $0 >= heldOutShare }) else { return }
    for index in entries.indices
    where entries[index].verdict == .training && entries[index].place < heldOutShare {
      entries[index].verdict = .heldOut
    }
  }

  /// - Throws: ``ErgonLM/LMError/missing(source:what:mend:)`` for an empty part.
  fileprivate func check() throws(LMError) {
    let source = corpus.files.first?.path ?? "corpus"
    if size(of: .training).documents == 0 {
      throw .missing(
        source: source, what: "text to learn from: \(summary)",
        mend: "name folders with txt, md, tex, html, jsonl or csv files")
    }
    if heldOutShare > 0 && size(of: .heldOut).documents == 0 {
      throw .missing(
        source: source, what: "a document to hold out among \(documentCount)",
        mend: "give more of them, cut long files into sections, or hold out none")
    }
  }

  /// What was found and what was left out, in a sentence.
  public var summary: String {
    let (training, heldOut) = (size(of: .training), size(of: .heldOut))
    let unread = files.filter { $0.digest == nil }
    let binary = unread.count { $0.reason == Corpus.binary }
    let left = entries.count - training.documents - heldOut.documents
    return "\(files.count) files, \(binary) of them binary and \(unread.count - binary) not read; "
      + "\(training.documents) documents of \(training.bytes) bytes to learn from, "
      + "\(heldOut.documents) of \(heldOut.bytes) held out, \(left) empty or said before"
  }
}
