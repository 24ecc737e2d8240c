import CErgonKernels
import Testing

@testable import ErgonLM

/// Kinds of matrices and hidden states that strain the bounds.
enum HeadCase: String, CaseIterable, Sendable {
  case normal, nearTies, equalRows, hugeRows, outlierColumns, heavyTails, zeros, tiny, notFinite

  func matrix(_ rows: Int, _ columns: Int, _ format: ek_weight_format, seed: Int) -> HeadMatrix {
    var random = TestRandom(seed)
    let shared = (0..<columns).map { _ in random.normal() }
    let tie = format == EK_WEIGHTS_F16 ? Float(0x1p-9) : 0x1p-6
    return HeadMatrix(rows: rows, columns: columns, format: format) { row, column in
      let value = random.normal()
      switch self {
      case .normal: return value
      case .nearTies: return shared[column] + (column == row % columns ? tie * value : 0)
      case .equalRows: return row % 3 == 0 ? shared[column] : value
      case .hugeRows: return value * (row % 50 == 7 ? 3000 : 1)
      case .outlierColumns: return value * (column % 19 == 3 ? 100 : 1)
      case .heavyTails: return value * value * value * value * value
      case .zeros: return row % 2 == 0 ? 0 : value
      case .tiny:
        if format == EK_WEIGHTS_F16 { return value * 1e-6 }
        return value * (row % 2 == 0 ? 0x1p-126 : 0x1p-140)
      case .notFinite: return row == 5 && column == 0 ? .infinity : value
      }
    }
  }

  func hidden(_ columns: Int, seed: Int) -> [Float] {
    var random = TestRandom(seed &+ 1000)
    return (0..<columns).map { column in
      random.normal() * (column % 31 == 11 ? 40 : 1) * (self == .tiny ? 1e-3 : 1)
    }
  }
}

private let formats: [ek_weight_format] = [EK_WEIGHTS_F32, EK_WEIGHTS_F16, EK_WEIGHTS_BF16]

@Suite struct HeadBoundsTests {
  @Test(arguments: HeadCase.allCases)
  func `bounds hold for the exact head's floats`(kind: HeadCase) {
    for isa in TernaryMachine.dotSets {
      #expect(ek_use_dot_isa_here(isa))
      defer { ek_follow_dot_isa() }
      for (index, columns) in [1, 3, 7, 16, 33, 130].enumerated() {
        for format in formats {
          let matrix = kind.matrix(100, columns, format, seed: index)
          let exact = ExactHead(matrix.matrix, owner: matrix)
          let hidden = kind.hidden(columns, seed: index)
          let logits = exact.logits(hidden, demand: .all, mask: nil, including: []).values
          HeadCopy(matrix.matrix).withBounds(hidden) { bounds in
            for row in 0..<100 where logits[row].isFinite {
              #expect(bounds.lower(row) <= logits[row] && logits[row] <= bounds.upper(row))
            }
            if kind == .notFinite { #expect(bounds.upper(5) == .infinity) }
          }
        }
      }
    }
  }

  @Test func `every instruction set gives the same codes and integer bounds`() {
    for (index, columns) in [1, 3, 4, 17, 64, 129, 300].enumerated() {
      let matrix = HeadCase.heavyTails.matrix(130, columns, EK_WEIGHTS_F16, seed: index)
      let hidden = HeadCase.heavyTails.hidden(columns, seed: index)
      var expected: ([UInt8], [Float])?
      for isa in TernaryMachine.dotSets {
        _ = ek_use_dot_isa_here(isa)
        defer { ek_follow_dot_isa() }
        let copy = HeadCopy(matrix.matrix)
        let codes = Array(
          UnsafeBufferPointer(start: copy.copy.codes, count: ek_head_code_bytes(130, columns)))
        // Radii come from sums of squares in each set's order; middles only from integers.
        let middles = copy.withBounds(hidden) { bounds in
          (0..<130).map { (bounds.lower($0) + bounds.upper($0)) / 2 }
        }
        guard let (firstCodes, firstMiddles) = expected else {
          expected = (codes, middles)
          continue
        }
        #expect(codes == firstCodes)
        for (a, b) in zip(middles, firstMiddles) { #expect(abs(a - b) <= 1e-4 * max(1, abs(a))) }
      }
    }
  }

  @Test func `a bound is not much wider than the residuals ask for`() {
    let matrix = HeadCase.normal.matrix(256, 256, EK_WEIGHTS_F16, seed: 1)
    let hidden = (0..<256).map { Float($0 % 7) - 3 }
    HeadCopy(matrix.matrix).withBounds(hidden) { bounds in
      // Norms are 16 and 32; the greatest of 256 weights is about 3, so that a residual of one
      // weight is about 3 / 127 / sqrt 12.
      for row in 0..<256 { #expect(bounds.upper(row) - bounds.lower(row) < 2 * 16 * 32 * 0.011) }
    }
  }

  @Test func `bounds hold for the greatest and the smallest hidden states`() {
    // Columns of very different sizes, so that scales are far from one.
    let matrix = HeadMatrix(rows: 70, columns: 16, format: EK_WEIGHTS_F32) { row, column in
      (column == 3 ? 1e-5 : column == 5 ? 1e4 : 1) * Float((row * 7 + column) % 11 - 5)
    }
    let exact = ExactHead(matrix.matrix, owner: matrix)
    for size: Float in [0x1p127, 0x1p120, 0x1p-140, .leastNonzeroMagnitude] {
      let hidden = (0..<16).map { $0 % 2 == 0 ? size : -size }
      let logits = exact.logits(hidden, demand: .all, mask: nil, including: []).values
      for isa in TernaryMachine.dotSets {
        _ = ek_use_dot_isa_here(isa)
        defer { ek_follow_dot_isa() }
        HeadCopy(matrix.matrix).withBounds(hidden) { bounds in
          for row in 0..<70 where logits[row].isFinite {
            #expect(bounds.lower(row) <= logits[row] && logits[row] <= bounds.upper(row))
          }
        }
      }
    }
  }

  @Test func `a hidden state that is not finite has no bounds`() {
    let matrix = HeadCase.normal.matrix(70, 8, EK_WEIGHTS_F32, seed: 1)
    HeadCopy(matrix.matrix).withBounds([1, .nan, 0, 0, 0, 0, 0, 0]) { bounds in
      for row in 0..<70 { #expect(bounds.upper(row) == .infinity) }
    }
  }
}
