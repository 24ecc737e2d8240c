import Testing

@testable import ergon

@Suite struct TextTableTests {
  @Test("columns line up whatever the script, and lines end without spaces")
  func alignment() {
    var table = TextTable(["NAME", .right("J"), "NOTE"])
    table.append(["a", "1.5", "x"])
    table.append(["日本", "12", nil])
    table.append(["é🙂", "3", ""])
    #expect(
      table.lines() == [
        "NAME    J  NOTE", "a     1.5  x", "日本   12  -", "é🙂     3",
      ])
  }

  @Test("only flexible columns wrap, and only on a terminal that is too narrow")
  func wrapping() {
    var table = TextTable(["K", .flexible("WHY")])
    table.append(["k", "one two three four five six"])
    #expect(table.lines().count == 2)
    #expect(table.lines(width: 40).count == 2)
    let narrow = table.lines(width: 22)
    #expect(narrow == ["K  WHY", "k  one two three four", "   five six"])
  }

  @Test("a control character in a name never reaches the terminal")
  func hostileNames() {
    var table = TextTable(["NAME"])
    table.append(["a\u{1B}[2Jb\nc\u{202E}"])
    #expect(table.lines() == ["NAME", "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}"])
  }

  @Test(
    "width counts cells, not characters",
    arguments: [
      ("", 0), ("abc", 3), ("e\u{301}", 1), ("日本語", 6), ("한", 2), ("👩‍👩‍👧", 2), ("☀️", 2),
      ("µJ ±5 %", 7), ("Ａ", 2),
    ])
  func displayWidth(text: String, cells: Int) { #expect(text.displayWidth == cells) }

  @Test("cutting a text never splits a wide character")
  func truncation() {
    #expect("日本語".truncated(toWidth: 4) == "日…")
    #expect("abc".truncated(toWidth: 3) == "abc")
    #expect("abcd".truncated(toWidth: 1) == "…")
    #expect("abcd".truncated(toWidth: 0) == "")
  }
}
