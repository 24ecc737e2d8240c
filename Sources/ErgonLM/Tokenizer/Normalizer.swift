/// What is done to a text before it is cut.
struct Normalizer: Sendable {
  enum Step: Sendable {
    case form(NormalizationForm)
    case lowerCase
    /// Combining marks go.
    case dropMarks
    case bert(BertOptions)
    case prepend([UInt8])
    case replace([UInt8], by: [UInt8])
    /// Two spaces or more become this.
    case collapseSpaces([UInt8])
    case strip(left: Bool, right: Bool)
  }

  struct BertOptions: Sendable {
    var cleansText = true
    var separatesChinese = true
    var stripsAccents = true
    var lowersCase = true
  }

  var steps: [Step]

  func apply(to text: [UInt8]) -> [UInt8] {
    var text = text
    for step in steps where !text.isEmpty { text = Self.apply(step, to: text) }
    return text
  }

  private static func apply(_ step: Step, to text: [UInt8]) -> [UInt8] {
    switch step {
    case .form(let form):
      return text.allSatisfy({ $0 < 0x80 }) ? text : form.apply(to: text)
    case .lowerCase: return utf8(of: lowerCase(codePoints(of: text)))
    case .dropMarks:
      return utf8(
        of: codePoints(of: text).filter {
          !UnicodeTables.shared.characterClass($0).contains(.mark)
        })
    case .bert(let options): return utf8(of: bert(codePoints(of: text), options))
    case .prepend(let prefix): return prefix + text
    case .replace(let pattern, let replacement): return replace(pattern, by: replacement, in: text)
    case .collapseSpaces(let replacement): return collapseSpaces(by: replacement, in: text)
    case .strip(let left, let right):
      let tables = UnicodeTables.shared
      var points = codePoints(of: text)[...]
      let isBlank = { tables.characterClass($0).contains(.blank) }
      if left { points = points.drop(while: isBlank) }
      while right, let last = points.last, isBlank(last) { points.removeLast() }
      return utf8(of: Array(points))
    }
  }

  private static func lowerCase(_ text: [UInt32]) -> [UInt32] {
    let tables = UnicodeTables.shared
    var lowered: [UInt32] = []
    lowered.reserveCapacity(text.count)
    for point in text { tables.lowerCase(point, into: &lowered) }
    return lowered
  }

  private static func bert(_ text: [UInt32], _ options: BertOptions) -> [UInt32] {
    var text = text
    let tables = UnicodeTables.shared
    if options.cleansText {
      var cleaned: [UInt32] = []
      cleaned.reserveCapacity(text.count)
      for point in text {
        let category = tables.category(point)
        if point == 9 || point == 10 || point == 13 {
          cleaned.append(0x20)
        } else if point != 0xFFFD && !isControl(category) {
          cleaned.append(category.characterClass.contains(.blank) ? 0x20 : point)
        }
      }
      text = cleaned
    }
    if options.separatesChinese {
      text = text.flatMap { isChinese($0) ? [0x20, $0, 0x20] : [$0] }
    }
    if options.stripsAccents {
      text = NormalizationForm.nfd.apply(to: text).filter {
        tables.category($0) != .nonspacingMark
      }
    }
    return options.lowersCase ? lowerCase(text) : text
  }

  private static func isControl(_ category: GeneralCategory) -> Bool {
    switch category {
    case .control, .blankControl, .format, .privateUse, .surrogate: true
    default: false
    }
  }

  private static func isChinese(_ point: UInt32) -> Bool {
    switch point {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  static func replace(_ pattern: [UInt8], by replacement: [UInt8], in text: [UInt8]) -> [UInt8] {
    if pattern.isEmpty { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      if text[at] == pattern[0], at + pattern.count <= text.count,
        text[at..<at + pattern.count].elementsEqual(pattern)
      {
        result.append(contentsOf: replacement)
        at += pattern.count
      } else {
        result.append(text[at])
        at += 1
      }
    }
    return result
  }

  private static func collapseSpaces(by replacement: [UInt8], in text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var at = 0
    while at < text.count {
      let start = at
      while at < text.count && text[at] == 0x20 { at += 1 }
      if at - start > 1 {
        result.append(contentsOf: replacement)
      } else if at > start {
        result.append(0x20)
      } else {
        result.append(text[at])
        at += 1
      }
    }
    return result
  }
}
