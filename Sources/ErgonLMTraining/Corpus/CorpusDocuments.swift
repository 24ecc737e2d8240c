/// The documents of a part of a corpus, read from the files one at a time.
public struct CorpusDocuments: Sequence {
  private let survey: CorpusSurvey
  private let part: CorpusSurvey.Part

  init(_ survey: CorpusSurvey, _ part: CorpusSurvey.Part) {
    self.survey = survey
    self.part = part
  }

  public func makeIterator() -> Iterator { Iterator(survey, part) }

  public struct Iterator: IteratorProtocol {
    private let survey: CorpusSurvey
    private let verdict: CorpusSurvey.Verdict
    /// Files begun.
    private var file = 0
    /// Documents of the present file that were read.
    private var read = 0
    private var records: (any FileRecords)?

    fileprivate init(_ survey: CorpusSurvey, _ part: CorpusSurvey.Part) {
      self.survey = survey
      verdict = CorpusSurvey.Verdict(part)
    }

    public mutating func next() -> Document? {
      while true {
        guard let records else {
          guard openNext() else { return nil }
          continue
        }
        let report = survey.files[file - 1]
        guard read < report.documents, let (bytes, place) = records.next() else {
          self.records = nil
          continue
        }
        let entry = survey.entries[report.first + read]
        read += 1
        guard entry.verdict == verdict else { continue }
        let source = survey.corpus.files[file - 1]
        let text = survey.corpus.clean(bytes, of: source).text
        if text.utf8.count != entry.bytes { continue }
        let name = report.documents == 1 ? source.path : "\(source.path):\(place)"
        return Document(source: name, text: text)
      }
    }

    /// Goes on to the next file that has documents to be kept.
    private mutating func openNext() -> Bool {
      while file < survey.files.count {
        file += 1
        if survey.files[file - 1].kept == 0 { continue }
        read = 0
        records = survey.corpus.records(of: survey.corpus.files[file - 1]).records
        return true
      }
      return false
    }
  }
}
