/// An einsum's equation taken apart: for each operand and for the result one letter an axis.
struct EinsumPlan {
  let operands: [[Character]]
  let result: [Character]

  /// - Precondition: the equation fits the shapes.
  init(_ equation: String, _ shapes: [Shape]) {
    let equation = equation.filter { $0 != " " }
    func fail(_ what: String) -> Never {
      preconditionFailure("einsum \"\(equation)\": \(what)")
    }
    var inputs = equation[...]
    var output: Substring?
    if let arrow = equation.firstIndex(of: "-") {
      let tail = equation[arrow...]
      guard tail.hasPrefix("->") else { fail("\"-\" without \">\"") }
      inputs = equation[..<arrow]
      output = tail.dropFirst(2)
    }
    operands = inputs.split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    if operands.count != shapes.count {
      fail("\(operands.count) terms for \(shapes.count) arrays")
    }
    for letter in equation where letter != "," && letter != "-" && letter != ">" {
      if !letter.isASCII || !letter.isLetter { fail("\"\(letter)\" is no letter") }
    }
    var lengths: [Character: Int] = [:]
    for (letters, shape) in zip(operands, shapes) {
      if letters.count != shape.rank { fail("\"\(String(letters))\" for an array of \(shape)") }
      for (letter, length) in zip(letters, shape.lengths) {
        let known = lengths[letter] ?? 1
        if known != 1, length != 1, known != length {
          fail("\"\(letter)\" has the lengths \(known) and \(length)")
        }
        lengths[letter] = known == 1 ? length : known
      }
    }
    if let output {
      result = Array(output)
      for letter in result {
        if lengths[letter] == nil { fail("\"\(letter)\" of the result is in no term") }
        if result.filter({ $0 == letter }).count > 1 {
          fail("\"\(letter)\" is twice in the result")
        }
      }
    } else {
      // Without an arrow the letters that occur once, in alphabetical order.
      let all = operands.joined()
      result = lengths.keys.filter { letter in all.filter { $0 == letter }.count == 1 }.sorted()
    }
    self.lengths = lengths
  }

  let lengths: [Character: Int]
}
