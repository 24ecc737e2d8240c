import CErgonKernels
import Testing

@Suite("Dot-product instruction sets")
struct DotDispatchTests {
  @Test("the plain loops are always there, and a forced set holds until it is given back")
  func forcing() {
    let before = ek_current_dot_isa()
    #expect(TernaryMachine.dotSets.contains(EK_DOT_SCALAR))
    #expect(TernaryMachine.dotSets.contains(before))
    for isa in TernaryMachine.dotSets {
      #expect(ek_use_dot_isa_here(isa))
      #expect(ek_current_dot_isa() == isa)
    }
    ek_follow_dot_isa()
    #expect(ek_current_dot_isa() == before)
  }

  @Test("a set of another processor is refused and changes nothing")
  func refusing() {
    let before = ek_current_dot_isa()
    #if arch(x86_64)
      let foreign = [EK_DOT_NEON, EK_DOT_NEON_DOTPROD, EK_DOT_NEON_I8MM]
    #else
      let foreign = [EK_DOT_AVX2, EK_DOT_AVX_VNNI, EK_DOT_AVX512_VNNI]
    #endif
    for isa in foreign { #expect(!ek_use_dot_isa_here(isa)) }
    #expect(ek_current_dot_isa() == before)
  }

  @Test("it follows the vector instruction set: none with plain loops, no VNNI with AVX2")
  func following() {
    defer { ek_follow_isa() }
    #expect(ek_use_isa_here(EK_ISA_SCALAR))
    #expect(ek_current_dot_isa() == EK_DOT_SCALAR)
    #expect(ek_ternary_best_layout() == EK_TERNARY_ROW_PLANES)
    if ek_best_isa() == EK_ISA_AVX512 {
      #expect(ek_use_isa_here(EK_ISA_AVX2))
      #expect(ek_current_dot_isa() == EK_DOT_AVX2)
      #expect(ek_ternary_best_layout() == EK_TERNARY_COLUMN_PLANES)
    }
  }

  @Test("the limits of the machine are positive numbers")
  func limits() {
    let bandwidth = ek_measure_read_bandwidth(1, 1 << 20, 0.005)
    #expect(bandwidth.isFinite && bandwidth > 0)
    let rate = ek_measure_dot_rate(1, 0.005)
    #expect(rate.isFinite && rate > 0)
  }
}
