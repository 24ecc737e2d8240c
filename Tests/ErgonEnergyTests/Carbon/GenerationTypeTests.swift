import Testing

@testable import ErgonEnergy

struct GenerationTypeTests {
  @Test("every factor has its median inside its range")
  func factors() {
    for type in GenerationType.allCases {
      let factor = type.gramsPerKWh
      #expect(0 < factor.low.value && factor.low < factor.best && factor.best < factor.high)
      #expect(type.provenance.kind == .assumed)
    }
    #expect(GenerationType.coal.gramsPerKWh.best == GramsCO2e(820))
    #expect(GenerationType.oil.provenance.source == "Electricity Maps default")
  }

  @Test("a mix is the mean of its types weighted by share")
  func mix() throws {
    let grid = try Grid(mix: [.nuclear: 0.7, .hydro: 0.2, .gas: 0.1])
    #expect(abs(grid.gramsPerKWh.best.value - (0.7 * 12 + 0.2 * 24 + 0.1 * 490)) < 1e-9)
    #expect(abs(grid.gramsPerKWh.low.value - (0.7 * 3.7 + 0.2 * 1 + 0.1 * 410)) < 1e-9)
    #expect(abs(grid.gramsPerKWh.high.value - (0.7 * 110 + 0.2 * 2200 + 0.1 * 650)) < 1e-9)
    #expect(grid.name == "gas 10.0 %, hydro 20.0 %, nuclear 70.0 %")
  }

  @Test("a mix of one type is that type")
  func pure() throws {
    for type in GenerationType.allCases {
      #expect(try Grid(mix: [type: 1]).gramsPerKWh == type.gramsPerKWh)
    }
  }

  @Test(
    "shares that do not add up to one are refused",
    arguments: [
      [:], [.coal: 0.9], [.coal: 1.1], [.coal: 1.5, .gas: -0.5], [.coal: .nan], [.gas: .infinity],
    ] as [[GenerationType: Double]])
  func badMix(mix: [GenerationType: Double]) {
    #expect(throws: EnergyError.self) { try Grid(mix: mix) }
  }
}
