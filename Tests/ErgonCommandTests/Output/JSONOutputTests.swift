import ErgonEnergy
import Foundation
import Testing

@testable import ergon

@Suite struct JSONOutputTests {
  @Test("keys are sorted and the schema version is always there")
  func stableKeys() {
    let object: JSONObject = ["b": .number(1.5), "a": .array([.null, .bool(true)])]
    #expect(object.line() == #"{"a":[null,true],"b":1.5,"schemaVersion":1}"#)
    #expect(object.document().hasPrefix("{\n  \"a\": [\n    null,\n    true\n  ],\n  \"b\": 1.5"))
  }

  @Test("what is not a finite number is null, never NaN")
  func nonFinite() {
    let object: JSONObject = [
      "nan": .number(.nan), "up": .number(.infinity), "whole": .number(3),
      "tiny": .number(.leastNonzeroMagnitude),
    ]
    #expect(
      object.line()
        == #"{"nan":null,"schemaVersion":1,"tiny":5e-324,"up":null,"whole":3}"#)
  }

  @Test("any string survives a round trip through another parser")
  func escaping() throws {
    let text = "quote \" slash \\ tab \t line \n nul \u{0} esc \u{1B} é 日本 🙂 \u{2028}"
    let object: JSONObject = ["text": .string(text)]
    for form in [object.line(), object.document()] {
      let parsed = try JSONSerialization.jsonObject(with: Data(form.utf8)) as? [String: Any]
      #expect(parsed?["text"] as? String == text)
    }
  }

  @Test("a figure carries its bounds and where it comes from; an absent one is null")
  func figures() {
    let figure = Figure(
      Interval(low: Joules(1), best: Joules(2), high: Joules(4)),
      Provenance(.estimated, source: "model", version: "1"))
    #expect(
      JSONValue(figure).text(indentation: nil)
        == #"{"best":2,"high":4,"low":1,"provenance":"estimated","source":"model","#
        + #""sourceVersion":"1"}"#)
    #expect(JSONValue(Figure<Joules>?.none) == .null)
  }
}
