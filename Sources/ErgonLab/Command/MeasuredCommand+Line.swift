extension MeasuredCommand {
  /// A line as a user types it between quotes.
  ///
  /// Words and quotes alone need no shell, and the command is executed directly: beside a command
  /// that was given in words, the start of a shell would be an unfair part of its bill. Whatever
  /// only a shell understands is left to `/bin/sh`.
  ///
  /// ```swift
  /// MeasuredCommand(line: "grep 'a b' file").words      // ["grep", "a b", "file"]
  /// MeasuredCommand(line: "ls | wc -l").words           // ["/bin/sh", "-c", "ls | wc -l"]
  /// ```
  public init(line: String) {
    if let words = Self.words(of: line) { self.init(words) } else { self.init(shell: line) }
  }

  /// The words of a line that needs no shell; `nil` for one that does.
  static func words(of line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: UnicodeScalar?
    for scalar in line.unicodeScalars {
      if let open = quote {
        if scalar == open {
          quote = nil
        } else if open == "\"", "$`\\".unicodeScalars.contains(scalar) {
          return nil
        } else {
          word?.unicodeScalars.append(scalar)
        }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
        word = word ?? ""
      } else if scalar == " " || scalar == "\t" {
        if let ended = word { words.append(ended) }
        word = nil
      } else if syntax.contains(scalar) {
        return nil
      } else {
        word = word ?? ""
        word?.unicodeScalars.append(scalar)
      }
    }
    guard quote == nil else { return nil }
    if let ended = word { words.append(ended) }
    // `NAME=value command` sets a variable.
    if let first = words.first, first.contains("=") || ownWords.contains(first) { return nil }
    return words
  }

  /// What means something to a shell outside quotes.
  private static let syntax = Set("|&;<>()$`\\*?[]#~!{}\n\r".unicodeScalars)

  /// Commands that only exist inside a shell, and the words of its grammar.
  private static let ownWords: Set<String> = [
    ".", ":", "alias", "bg", "break", "case", "cd", "command", "continue", "eval", "exec", "exit",
    "export", "fg", "for", "hash", "if", "jobs", "readonly", "return", "set", "shift", "source",
    "times", "trap", "type", "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
  ]
}
