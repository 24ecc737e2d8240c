import ErgonTensor
import Testing

@testable import ErgonLMTraining

@Suite("the text of a page") struct HTMLTextTests {
  static func text(_ page: String) -> String {
    String(decoding: HTMLText.text(of: Array(page.utf8)), as: UTF8.self)
  }

  @Test(
    "is what a reader sees",
    arguments: [
      ("plain", "plain\n"), ("", ""), ("<p></p>", ""),
      ("a<b>bold</b>c", "aboldc\n"), ("a  \n\t b", "a b\n"),
      ("<p>one<p>two", "one\n\ntwo\n"), ("one<br>two<br/>three", "one\ntwo\nthree\n"),
      ("<ul><li>x</li><li>y</li></ul>z", "x\ny\n\nz\n"),
      ("<tr><td>1</td><td>2</td></tr><tr><td>3</td></tr>", "1 2\n3\n"),
      ("a<script>if (a < b) { '</p>' }</script>b", "ab\n"),
      ("a<STYLE type='x'>p > q {}</Style >b", "ab\n"), ("a<script>never closed", "a\n"),
      ("a<!-- <p> > -->b", "ab\n"), ("<!DOCTYPE html><?xml x?>a", "a\n"),
      ("<a href=\"x>y\" title='>'>link</a>", "link\n"), ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2\n"),
      ("<img alt=it's>ok", "ok\n"),
    ])
  func pages(page: String, text: String) {
    #expect(Self.text(page) == text)
  }

  @Test(
    "has characters for their references",
    arguments: [
      ("&lt;p&gt; &amp;amp;", "<p> &amp;\n"), ("caf&eacute; &#228;&#xE4;&#XE4;", "café äää\n"),
      ("&Omega;&omega;&alpha;&Alpha;&sigmaf;", "Ωωα\u{391}ς\n"), ("a&nbsp;b", "a b\n"),
      ("&hellip;&mdash;&euro;&yuml;&Agrave;", "…—€ÿÀ\n"), ("&unknown; &", "&unknown; &\n"),
      ("&#xD800;&#0;&#99999999;&#-5;&#;", "&#xD800;&#0;&#99999999;&#-5;&#;\n"),
    ])
  func references(page: String, text: String) {
    #expect(Self.text(page) == text)
  }

  @Test("has all 252 named characters of HTML 4, and the apostrophe")
  func entities() {
    #expect(HTMLEntities.characters.count == 253)
  }

  @Test("withstands 20,000 pages of signs in any order")
  func fuzz() {
    let pieces = [
      "<", ">", "</", "<!--", "-->", "<script", "</script>", "<p>", "=", "\"", "'", "&", "#x", ";",
      "amp", " ", "\n", "ab", "1", "ä",
    ].map { Array($0.utf8) }
    var random = RandomStream(seed: 3)
    for _ in 0..<20_000 {
      let count = Int(random.next() % 20)
      let page = (0..<count).flatMap { _ in pieces[Int(random.next() % 20)] }
      let text = HTMLText.text(of: page)
      // Whole characters in, whole characters out, and never more but for breaks between blocks.
      #expect(String(validating: text, as: UTF8.self) != nil)
      #expect(text.count <= page.count + 1)
    }
  }
}
