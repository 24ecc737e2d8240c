/// One message of a conversation.
public struct ChatTurn: Sendable, Hashable {
  public enum Role: String, Sendable, Hashable { case system, user, assistant }

  public var role: Role
  public var content: String

  public init(_ role: Role, _ content: String) {
    self.role = role
    self.content = content
  }
}

/// The two ways in which nearly every model writes who says what.
enum ChatFormat: Sendable {
  /// `<|im_start|>user` and `<|im_end|>`; also for models that say nothing of conversations.
  case chatML
  /// `<|start_header_id|>user<|end_header_id|>` and `<|eot_id|>`.
  case headers

  /// The form that a template writes.
  ///
  /// - Throws: ``LMError/unsupported(source:what:mend:)`` for a template of another one.
  init(template: String?, source: String) throws(LMError) {
    guard let template else {
      self = .chatML
      return
    }
    if template.containsText("<|im_start|>") {
      self = .chatML
    } else if template.containsText("<|start_header_id|>") {
      self = .headers
    } else {
      throw .unsupported(
        source: source, what: "its chat template",
        mend: "write the conversation as a prompt for 'generate'")
    }
  }

  /// What ends a message, where the vocabulary has no token for it.
  var end: String {
    switch self {
    case .chatML: "<|im_end|>"
    case .headers: "<|eot_id|>"
    }
  }

  /// The conversation, up to where the assistant begins to speak.
  func text(_ turns: [ChatTurn]) -> String {
    var text = ""
    for turn in turns { text += opening(turn.role) + turn.content + end + closing }
    return text + opening(.assistant)
  }

  private func opening(_ role: ChatTurn.Role) -> String {
    switch self {
    case .chatML: "<|im_start|>\(role.rawValue)\n"
    case .headers: "<|start_header_id|>\(role.rawValue)<|end_header_id|>\n\n"
    }
  }

  private var closing: String {
    switch self {
    case .chatML: "\n"
    case .headers: ""
    }
  }
}

extension String {
  fileprivate func containsText(_ text: String) -> Bool {
    let (own, other) = (Array(utf8), Array(text.utf8))
    guard own.count >= other.count else { return false }
    return (0...(own.count - other.count)).contains { own[$0...].starts(with: other) }
  }
}
