import ErgonLM
import ErgonTensor
import Testing

@Suite("JSON schemas")
struct SchemaTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var schema: String
    var accepted: [String]
    var rejected: [String]
    var testDescription: String { schema }

    init(_ schema: String, _ accepted: [String], _ rejected: [String]) {
      (self.schema, self.accepted, self.rejected) = (schema, accepted, rejected)
    }
  }

  static let cases = [
    Case(
      "true",
      ["1", "-0.5e-3", "null", #""\u00e9\ud83d\ude00""#, "[]", "{}", #"{ "a" : [1, {}] }"#],
      ["", "01", "+1", "1 ", " 1", #""\ud83d""#, "{,}", "[1,]", "nul", "[  1]", "'a'"]),
    Case(#"{"type": "boolean"}"#, ["true", "false"], ["null", "1"]),
    Case(
      #"{"type": ["string", "null"]}"#, ["\"\"", "\"é\\n\"", "null"], ["1", "\"\n\"", "\"\\q\""]),
    Case(
      #"{"enum": ["a", 1, 2.5, null, {"b": [1]}]}"#, ["\"a\"", "1", "2.5", #"{"b":[1]}"#], ["2"]),
    Case(#"{"const": "x\"y"}"#, [#""x\"y""#], ["\"x\""]),
    Case(#"{"type": "string", "enum": ["a", 1]}"#, ["\"a\""], ["1"]),
    Case(
      #"{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "null"}}, "required": ["b"]}"#,
      [#"{"a":1,"b":null}"#, #"{"b": null}"#, "{\n  \"b\": null\n}"],
      ["{}", #"{"a":1}"#, #"{"b":null,"a":1}"#, #"{"b":null,}"#, #"{"b":null,"c":1}"#]),
    Case(
      #"{"properties": {"a": {"type": "integer"}, "b": {"type": "null"}, "c": {"const": 0}}}"#,
      ["{}", "{ }", #"{"a":1}"#, #"{"b":null}"#, #"{"a":1,"c":0}"#, #"{"a":1,"b":null,"c":0}"#],
      [#"{,"a":1}"#, #"{"a":1"b":null}"#, #"{"c":0,"b":null}"#, "{  }"]),
    Case(
      #"{"type": "object", "properties": {"ab": {"type": "integer"}}, "additionalProperties": {"type": "boolean"}}"#,
      [
        "{}", #"{"ab":1}"#, #"{"a":true}"#, #"{"abc":true,"":false,"b":true}"#,
        #"{"ab":2,"x":true}"#,
      ],
      [#"{"ab":true}"#, #"{"x":1}"#, #"{"x":true,"ab":1}"#, #"{"\u0061b":true}"#]),
    Case(#"{"type": "object"}"#, ["{}", #"{"a\"":[{}]}"#], ["[]"]),
    Case(#"{"type": "object", "additionalProperties": false}"#, ["{}"], [#"{"a":1}"#]),
    Case(#"{"type": "object", "required": ["k"]}"#, [#"{"k":[1]}"#], ["{}", #"{"j":1}"#]),
    Case(#"{"type": "array"}"#, ["[]", "[1, [2], \"a\"]"], ["[", "[1 2]"]),
    Case(
      #"{"items": {"type": "integer"}, "minItems": 1, "maxItems": 3}"#,
      ["[1]", "[ 1, 2 ,3 ]"], ["[]", "[1,2,3,4]", "[true]"]),
    Case(#"{"type": "array", "maxItems": 0}"#, ["[]", "[ ]"], ["[1]"]),
    Case(
      #"{"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": {"const": 3}, "minItems": 3}"#,
      ["[1,2,3]", "[1,2,3,3]"], ["[1,2]", "[1]", "[1,2,4]"]),
    Case(
      #"{"type": "array", "prefixItems": [{"const": 1}, {"const": 2}]}"#, ["[1, 2]"],
      ["[1]", "[1,2,3]"]),
    Case(
      #"{"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]}"#,
      ["5", "\"\"", "\"a\"", #""\n""#, #""😀""#], ["\"ab\"", "true"]),
    Case(
      #"{"type": "object", "properties": {"k": {"const": 0}}, "required": ["k"], "oneOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"properties": {"b": {"const": 2}}, "required": ["b"]}]}"#,
      [#"{"k":0,"a":1}"#, #"{"k":0,"b":2}"#], [#"{"k":0}"#, #"{"k":0,"a":1,"b":2}"#]),
    Case(
      ##"{"allOf": [{"$ref": "#/$defs/one"}, {"properties": {"b": {"type": "null"}}}], "$defs": {"one": {"type": "object", "properties": {"a": {"type": "null"}}, "required": ["a"]}}}"##,
      [#"{"a":null}"#, #"{"a":null,"b":null}"#], ["{}", #"{"b":null}"#]),
    Case(
      ##"{"type": "object", "properties": {"v": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["v", "next"]}"##,
      [#"{"v":1,"next":null}"#, #"{"v":1,"next":{"v":2,"next":null}}"#], [#"{"v":1,"next":{}}"#]),
    Case(
      ##"{"$ref": "#/definitions/a~1b/properties/x%20y", "definitions": {"a/b": {"properties": {"x y": {"const": 7}}}}}"##,
      ["7"], ["8"]),
    Case(
      #"{"type": "string", "pattern": "^[a-c]+(?:-\\d{2,3})?\\.\"(x|y\\\\)$"}"#,
      [#""a.\"x""#, #""abc-12.\"y\\""#], [#""d.\"x""#, #""a-1.\"x""#, #""ax\"x""#, "\"a.\"x\""]),
    Case(#"{"type": "string", "pattern": "^.\\s\\S$"}"#, [#""a\nb""#, #""\" é""#], [#""\n b""#]),
    Case(
      #"{"type": "string", "minLength": 2, "maxLength": 3}"#, ["\"ab\"", "\"éé😀\""],
      ["\"a\"", "\"abcd\""]),
    Case(
      #"{"type": "string", "format": "date"}"#, ["\"2024-02-29\"", "\"1999-12-31\""],
      ["\"2024-02-30\"", "\"2024-13-01\"", "\"2024-00-01\"", "\"2024-04-31\"", "\"24-01-01\""]),
    Case(
      #"{"type": "string", "format": "time"}"#, ["\"23:59:59Z\"", "\"00:00:00.123+01:30\""],
      ["\"24:00:00Z\"", "\"12:60:00Z\"", "\"12:00:00\""]),
    Case(
      #"{"type": "string", "format": "date-time"}"#, ["\"2024-01-01T00:00:00Z\""],
      ["\"2024-01-01\""]),
    Case(
      #"{"type": "string", "format": "uuid"}"#, ["\"123e4567-e89b-12d3-a456-426614174000\""],
      ["\"123e4567e89b12d3a456426614174000\""]),
    Case(#"{"type": "integer"}"#, ["0", "-1", "123456789012345678"], ["-0", "1.0", "007", "1e3"]),
    Case(#"{"type": "number"}"#, ["0", "-0.5", "1e9", "12.25E-3"], [".5", "1.", "-", "1e", "00"]),
    Case("{\"title\": \"t\", \"description\": \"d\", \"default\": 1, \"examples\": []}", ["1"], []),
  ]

  @Test("A schema allows its values and nothing else", arguments: cases)
  func table(_ item: Case) throws {
    let grammar = try Grammar(jsonSchema: JSONValue(parsing: item.schema, source: "schema"))
    for text in item.accepted { #expect(grammar.matches(text), "\(text)") }
    for text in item.rejected { #expect(!grammar.matches(text), "\(text)") }
  }

  @Test("Integers keep to their bounds, one by one")
  func bounds() throws {
    for (low, high) in [(0, 0), (-12, 7), (5, 123), (-250, -98), (99, 101), (-1, 1000), (10, 99)] {
      let grammar = try Grammar(
        jsonSchema: [
          "type": "integer", "minimum": .integer(low), "exclusiveMaximum": .integer(high + 1),
        ])
      for value in -1200...1200 {
        #expect(grammar.matches("\(value)") == (low...high).contains(value), "\(low) \(high)")
      }
    }
    let half = try Grammar(
      jsonSchema: ["type": "integer", "minimum": 1.5, "maximum": 1e300])
    #expect(half.matches("2") && !half.matches("1") && half.matches("\(Int.max / 100)"))
    let all = try Grammar(
      jsonSchema: ["type": "integer", "minimum": .integer(.min), "maximum": .integer(.max)])
    #expect(
      all.matches("\(Int.min)") && all.matches("\(Int.max)") && !all.matches("9223372036854775808"))
  }

  @Test(
    "What cannot be kept to is refused with its place and name",
    arguments: [
      (
        #"{"type": "object", "properties": {"a/b": {"patternProperties": {}}}}"#,
        "#/properties/a~1b", "'patternProperties'"
      ),
      (#"{"type": "number", "minimum": 0}"#, "#", "'minimum'"),
      (#"{"type": "integer", "multipleOf": 2}"#, "#", "'multipleOf'"),
      (#"{"type": "array", "uniqueItems": true}"#, "#", "'uniqueItems'"),
      (#"{"not": {}}"#, "#", "'not'"),
      (#"{"type": "string", "format": "email"}"#, "#", "'email'"),
      (#"{"type": "string", "pattern": "a"}"#, "#/pattern", "from ^ to $"),
      (#"{"type": "string", "pattern": "^a|b$"}"#, "#/pattern", "outside parentheses"),
      (#"{"type": "string", "pattern": "^(?=a)$"}"#, "#/pattern", "(?"),
      (#"{"type": "string", "pattern": "^(a$"}"#, "character 4", "expected ')'"),
      (#"{"type": "string", "pattern": "^\\bx$"}"#, "#/pattern", #"'\b'"#),
      (#"{"type": "text"}"#, "#/type", "'text'"),
      (#"{"type": 5}"#, "#/type", "no string"),
      (#"{"properties": {"a": 5}}"#, "#/properties/a", "a number"),
      (#"{"anyOf": []}"#, "#/anyOf", "expected schemas"),
      (#"{"enum": []}"#, "#", "allows nothing"),
      (#"{"$ref": "https://example.org/x"}"#, "#", "out of the schema"),
      (##"{"$ref": "#/nowhere"}"##, "#/$ref", "nowhere"),
      (#"{"minItems": 3, "maxItems": 2}"#, "#/maxItems", "less than"),
      (#"{"type": "array", "minItems": 1000000}"#, "#/minItems", "more than"),
      (#"{"minLength": 1, "minItems": 1}"#, "#", "several types"),
      (#"{"type": "integer", "minimum": 3, "maximum": 2}"#, "#", "within its bounds"),
      (##"{"$ref": "#"}"##, "grammar", "begins with itself"),
      (##"{"anyOf": [{"$ref": "#"}, {"type": "null"}]}"##, "grammar", "begins with itself"),
      (##"{"allOf": [{"$ref": "#"}, {"type": "object"}]}"##, "#", "too many"),
      (##"{"properties": {"a": {"$ref": "#"}}, "required": ["a"]}"##, "grammar", "complete"),
    ])
  func refused(schema: String, place: String, reason: String) throws {
    let value = try JSONValue(parsing: schema, source: "schema")
    let error = #expect(throws: LMError.self) { _ = try Grammar(jsonSchema: value) }
    #expect("\(error!)".contains(place) && "\(error!)".contains(reason), "\(error!)")
  }

  static let walked = [
    "true",
    ##"{"type": "object", "properties": {"name": {"type": "string", "maxLength": 5}, "age": {"type": "integer", "minimum": 0, "maximum": 130}, "tags": {"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 1, "maxItems": 3}, "born": {"type": "string", "format": "date"}, "id": {"type": "string", "format": "uuid"}, "more": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["name", "tags", "id"], "additionalProperties": false}"##,
    ##"{"$defs": {"node": {"type": "object", "properties": {"v": {"type": ["number", "boolean"]}, "kids": {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": 2}}, "required": ["v"]}}, "$ref": "#/$defs/node"}"##,
    ##"{"allOf": [{"properties": {"a": {"type": "string", "pattern": "^[A-Z]\\w{0,4}$"}}}, {"properties": {"b": {"type": "integer", "exclusiveMinimum": -5, "exclusiveMaximum": 5}}, "required": ["b"]}]}"##,
    ##"{"type": "array", "prefixItems": [{"type": "null"}, {"const": {"k": [1, "é"]}}], "items": {"type": "string", "minLength": 2, "maxLength": 4}, "maxItems": 4}"##,
    ##"{"type": "object", "properties": {"a": {"const": 1}, "ab": {"const": 2}}, "additionalProperties": {"type": "integer"}}"##,
  ]

  @Test("Whatever comes under a schema parses and is valid", arguments: walked)
  func walks(schema: String) throws {
    let value = try JSONValue(parsing: schema, source: "schema")
    let validator = SchemaValidator(root: value)
    let grammar = try Grammar(jsonSchema: value)
    let tokenizer = PieceTokenizer(
      (0...255).map { [UInt8($0)] }
        + ["\": ", "\", \"", "{\"", "\"}", "],", "null", "true", "12", "ab", "é", "[[", "}}"].map {
          Array($0.utf8)
        })
    let fresh = GrammarConstraint(grammar, vocabulary: VocabularyTrie(tokenizer))
    var draws = RandomStream(seed: UInt64(schema.utf8.count))
    var repeatedKeys = 0
    let walks = 60
    for _ in 0..<walks {
      var constraint = fresh
      var text: [UInt8] = []
      var length = 0
      while true {
        let mask = constraint.mask(tokenizer)
        #expect(mask.allowedCount > 0 && mask[tokenizer.end] == constraint.isComplete)
        if mask[tokenizer.end], length > 40 || Bool.random(using: &draws) { break }
        // Whatever is open is closed in time.
        let closing = Array("\"}],:0".utf8).map { TokenID($0) }.filter { mask[$0] }
        let allowed = (0..<tokenizer.end).filter { mask[$0] }
        let choice = length > 60 ? closing.first : nil
        guard let token = choice ?? allowed.randomElement(using: &draws) else { break }
        constraint.take(token)
        text += tokenizer.bytes(of: token)
        length += 1
        if length > 3000 { break }
      }
      #expect(constraint.isComplete)
      do throws(LMError) {
        let parsed = try JSONValue(parsing: text, source: "answer")
        #expect(validator.isValid(parsed, value), "\(parsed.serialized())")
      } catch {
        // Only an object whose keys are free may repeat one.
        #expect(
          "\(error)".contains("stands twice"), "\(String(decoding: text, as: UTF8.self)): \(error)")
        repeatedKeys += 1
      }
    }
    #expect(repeatedKeys < walks / 2)
  }

  @Test("Any JSON value")
  func anyJSON() {
    #expect(Grammar.anyJSON.matches(#"[{"a": null}, 1.5, "x"]"#) && !Grammar.anyJSON.matches("[1"))
  }

  @Test("Damaged schemas are refused or read, and never trap")
  func damaged() throws { try damage(rounds: 2000) }

  @Test("A million damaged schemas never trap", .tags(.slow), .enabled(if: isFuzzRun))
  func damagedLong() throws { try damage(rounds: 1_000_000) }

  private func damage(rounds: Int) throws {
    var draws = RandomStream(seed: 9)
    let keys =
      SchemaTests.cases.compactMap { try? JSONValue(parsing: $0.schema, source: "") }
      .compactMap(\.objectValue).flatMap(\.keys)
    var values: [JSONValue] = [
      0, 1, -1, 2.5, 70000, .integer(.max), .integer(.min), 1e300, true, false, nil, "", "#", "^a$",
      "^(a|b)*[^c]{2,}$", "string", "object", "array", "integer", [], [:], ["a", "b"], ["string"],
    ]
    var read = 0
    for round in 0..<rounds {
      var object = JSONObject()
      for _ in 0..<Int.random(in: 1...4, using: &draws) {
        object[keys.randomElement(using: &draws)!] = values.randomElement(using: &draws)!
      }
      let schema = JSONValue.object(object)
      if (try? Grammar(jsonSchema: schema)) != nil { read += 1 }
      // Schemas become parts of others.
      let parts: [JSONValue] = [
        schema, .array([schema, values.randomElement(using: &draws)!]), ["a": schema],
      ]
      let part = parts.randomElement(using: &draws)!
      if round % 3 == 0, part.serialized().utf8.count < 2000 {
        if values.count < 200 {
          values.append(part)
        } else {
          values[Int.random(in: 23..<200, using: &draws)] = part
        }
      }
    }
    #expect(read > rounds / 50 && read < rounds)
  }

  @Test("Schemas as deep or as wide as they come end soon")
  func hostile() throws {
    var deep: JSONValue = ["type": "null"]
    for _ in 0..<5000 { deep = ["type": "array", "items": deep] }
    let error = #expect(throws: LMError.self) { _ = try Grammar(jsonSchema: deep) }
    #expect("\(error!)".contains("nested deeper"))
    var doubling = JSONObject()
    for level in 0..<60 {
      let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
      doubling["d\(level)"] = ["type": "array", "prefixItems": [next, next]]
    }
    doubling["d60"] = ["type": "null"]
    let schema: JSONValue = ["$ref": "#/$defs/d0", "$defs": .object(doubling)]
    #expect(try Grammar(jsonSchema: schema).matches("[") == false)
    var wide = JSONObject()
    for number in 0..<2000 { wide["property \(number)"] = ["type": "integer"] }
    let many = try Grammar(jsonSchema: ["type": "object", "properties": .object(wide)])
    #expect(many.matches(#"{"property 3": 1, "property 1999": 2}"#))
  }
}
