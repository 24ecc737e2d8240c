import Testing

@testable import ErgonData

@Suite("Time series")
struct TimeSeriesTests {
  static let accepted = [
    """
    # What it is about
    @problemName Walk and rest
    @timeStamps false
    @missing true
    @univariate false
    @dimensions 2
    @equalLength true
    @seriesLength 3
    @classLabel true walk rest
    @data
    1,2,3:4,?,6:rest
    -1,2e1,.5:4,5,6:walk

    """,
    "@problemname One\r\n@univariate true\r\n@classlabel false\r\n@DATA\r\n1,2\r\n3,4\r\n",
    "@problemName R\n@targetLabel true\n@data\n1,2:0.5\n3:-7\n",
  ]

  @Test("several dimensions stand behind one another in time, missing values are NaN")
  func multivariate() throws {
    let set = try TimeSeriesSet(bytes: Array(Self.accepted[0].utf8))
    #expect(set.name == "Walk and rest" && set.classNames == ["walk", "rest"])
    #expect(set.shape == [2, 3, 2] && set.labels == [1, 0] && set.lengths == [3, 3])
    #expect(set.values.prefix(3) == [1, 4, 2] && set.values[3].isNaN)
    #expect(set.values.suffix(8) == [3, 6, -1, 4, 20, 5, 0.5, 6])
  }

  @Test("one dimension without classes, other line ends and letters")
  func univariate() throws {
    let set = try TimeSeriesSet(bytes: Array(Self.accepted[1].utf8))
    #expect(set.shape == [2, 2, 1] && set.values == [1, 2, 3, 4])
    #expect(set.labels.isEmpty && set.classNames.isEmpty && set.targets.isEmpty)
  }

  @Test("series of different lengths are refused, or filled up when that is asked for")
  func unequal() throws {
    let bytes = Array(Self.accepted[2].utf8)
    #expect(throws: DataError.self) { try TimeSeriesSet(bytes: bytes) }
    let set = try TimeSeriesSet(bytes: bytes, unequal: .padded(with: -1))
    #expect(set.values == [1, 2, 3, -1] && set.targets == [0.5, -7] && set.lengths == [2, 1])
  }

  @Test(
    "what breaks the format is refused with its line",
    arguments: [
      ("", 0), ("1,2,3\n", 1), ("@data\n", 1), ("@problemName x\n", 1), ("@data\n1,x\n", 2),
      ("@data\n1,,2\n", 2), ("@data\n\n1,inf\n", 3), ("@data\n0x10\n", 2),
      ("@dimensions 2\n@data\n1,2\n", 3), ("@dimensions two\n@data\n", 1),
      ("@univariate true\n@dimensions 3\n@data\n", 2), ("@data\n1,2:3\n", 2),
      ("@data\n1,2:3,4\n5\n", 3), ("@classLabel true a b\n@data\n1,2:c\n", 3),
      ("@classLabel true a\n@data\na\n", 3), ("@classLabel true\n@data\n1:a\n", 1),
      ("@classLabel true a a\n@data\n1:a\n", 1), ("@targetLabel true\n@data\n1:?x\n", 3),
      ("@equalLength true\n@seriesLength 3\n@data\n1,2\n", 4),
    ])
  func refused(text: String, line: Int) {
    #expect {
      try TimeSeriesSet(bytes: Array(text.utf8))
    } throws: {
      guard case DataError.malformed("time series", line, nil, _) = $0 else { return false }
      return true
    }
  }

  @Test("time stamps are not supported, and too many values are too many")
  func limits() {
    #expect(throws: DataError.self) {
      try TimeSeriesSet(bytes: Array("@timeStamps true\n@data\n(1,2)\n".utf8))
    }
    #expect(throws: DataError.self) {
      try TimeSeriesSet(bytes: Array("@data\n1,2,3\n".utf8), limit: 2)
    }
    // Padding would make of 7 values more than 12.
    let ragged = Array("@data\n1,2,3,4,5\n1\n1\n".utf8)
    #expect(throws: DataError.self) {
      try TimeSeriesSet(bytes: ragged, unequal: .padded(with: 0), limit: 12)
    }
  }
}

@Suite("Small tables")
struct TableTests {
  static let table = "3,2,setosa,versicolor\n5.1,3.5,0\n4.9,,1\n-4,1e-1,1\n"

  @Test("measures and classes are read, an empty field is no number")
  func table() throws {
    let table = try LabelledTable.read(bytes: Array(Self.table.utf8), name: "t")
    #expect(table.columns == 2 && table.count == 3 && table.classNames == ["setosa", "versicolor"])
    #expect(table.labels == [0, 1, 1] && table.values[3].isNaN && table.values[4...] == [-4, 0.1])
  }

  @Test(
    "rows, widths and classes that disagree with the first row are refused",
    arguments: [
      "", "3\n", "x,2,a\n", "1,2,a\n1,2,3,0\n", "1,2,a\n1,2,1\n", "2,2,a\n1,2,0\n",
      "1,2,a\n1,b,0\n",
      "1,99999999,a\n1\n",
    ])
  func refused(text: String) {
    #expect(throws: DataError.self) { try LabelledTable.read(bytes: Array(text.utf8), name: "t") }
  }

  @Test("digits have 64 levels and a class")
  func digits() throws {
    let row = Array(repeating: "16", count: 64).joined(separator: ",")
    let digits = try Digits.read(bytes: Array((row + ",7\n").utf8), name: "d")
    #expect(digits.count == 1 && digits.labels == [7] && digits.pixels.allSatisfy { $0 == 16 })
    for text in [row, row + ",10", row + ",x", "17" + row.dropFirst(2) + ",1"] {
      #expect(throws: DataError.self) { try Digits.read(bytes: Array(text.utf8), name: "d") }
    }
  }
}
