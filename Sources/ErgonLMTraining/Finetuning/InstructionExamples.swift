public import ErgonLM
import ErgonTensor

/// Questions with their answers, to fine-tune a model on.
///
/// A file has one JSON object a line, in any of three forms:
///
///     {"instruction": "Name a river.", "input": "", "output": "The Meuse."}
///     {"prompt": "The capital of Chad is", "completion": " N'Djamena."}
///     {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
///
/// ```swift
/// let set = try InstructionExamples(path: "questions.jsonl")
/// let source = try set.sequences(of: 256, batch: 8, tokenizer: tokenizer, seed: 1)
/// ```
public struct InstructionExamples: Sendable, Equatable {
  public enum Example: Sendable, Equatable {
    /// A text that goes on, without a template.
    case completion(prompt: String, completion: String)
    /// What is said in turns; every answer of the assistant is learned.
    case conversation([ChatMessage])
  }

  public var examples: [Example]

  public init(_ examples: [Example]) { self.examples = examples }

  private static let mostLineBytes = 16 << 20

  /// Reads a file; empty lines are passed over.
  ///
  /// - Throws: ``ErgonLM/LMError`` with the number of the line that is no JSON or has no answer.
  public init(path: String) throws(LMError) {
    let file = try mapFile(path)
    self = try file.withBytes { (bytes) throws(LMError) in
      try InstructionExamples(bytes: bytes, source: path)
    }
  }

  /// Reads lines from memory.
  ///
  /// - Parameter source: What they are called in errors.
  public init(bytes: UnsafeRawBufferPointer, source: String) throws(LMError) {
    var examples: [Example] = []
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      number += 1
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      start = end + 1
      let place = "\(source), line \(number)"
      guard line.count <= Self.mostLineBytes else {
        throw .tooLarge(
          source: place, what: "a line", size: UInt64(line.count),
          limit: UInt64(Self.mostLineBytes))
      }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      examples.append(try Line(JSONValue(parsing: line, source: place), source: place).example())
    }
    guard !examples.isEmpty else {
      throw .malformed(source: source, place: "line 1", reason: "it has no example")
    }
    self.examples = examples
  }

  /// A line's object, read in whichever form it has.
  private struct Line {
    let value: JSONValue
    let source: String

    init(_ value: JSONValue, source: String) {
      self.value = value
      self.source = source
    }

    func example() throws(LMError) -> Example {
      guard let object = value.objectValue else {
        throw malformed("the line", "it is \(value.kindName), no object")
      }
      if let messages = object["messages"] { return .conversation(try read(messages)) }
      if object["instruction"] != nil {
        let instruction = try text("instruction")
        let input = object["input"].map(\.isNull) ?? true ? "" : try text("input")
        let answer = try answer("output")
        let question = input.isEmpty ? instruction : instruction + "\n\n" + input
        return .conversation([ChatMessage(.user, question), ChatMessage(.assistant, answer)])
      }
      if object["prompt"] != nil {
        return .completion(prompt: try text("prompt"), completion: try answer("completion"))
      }
      throw malformed("the line", "it has none of 'messages', 'instruction' and 'prompt'")
    }

    private func read(_ messages: JSONValue) throws(LMError) -> [ChatMessage] {
      guard let list = messages.arrayValue else {
        throw malformed("'messages'", "it is \(messages.kindName), no array")
      }
      var read: [ChatMessage] = []
      for (index, message) in list.enumerated() {
        let place = "message \(index)"
        guard let role = message["role"]?.stringValue,
          ["system", "user", "assistant", "tool"].contains(role)
        else { throw malformed(place, "its role is none of system, user, assistant and tool") }
        guard let content = message["content"]?.stringValue else {
          throw malformed(place, "its content is no string")
        }
        read.append(ChatMessage(.init(rawValue: role), content))
      }
      guard read.dropFirst().contains(where: { $0.role == .assistant && $0.content != "" }) else {
        throw malformed("'messages'", "no assistant answers anything")
      }
      return read
    }

    private func text(_ key: String) throws(LMError) -> String {
      guard let text = value[key]?.stringValue else {
        throw malformed("'\(key)'", "it is \(value[key]?.kindName ?? "missing"), no string")
      }
      return text
    }

    private func answer(_ key: String) throws(LMError) -> String {
      let text = try text(key)
      guard !text.isEmpty else { throw malformed("'\(key)'", "an empty answer teaches nothing") }
      return text
    }

    private func malformed(_ place: String, _ reason: String) -> LMError {
      .malformed(source: source, place: place, reason: reason)
    }
  }
}
