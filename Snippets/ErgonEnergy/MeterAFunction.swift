// Meters a function, nests a stage in it, and prices the energy on a grid.

// snippet.show
import ErgonEnergy

let meter = try Meter()
let grid = try GridTable.grid("FR")

let (digits, bill) = meter.bill("pi", grid: grid) {
  let (_, first) = meter.bill("first digits") { machinPi(terms: 5) }
  print("five terms took \(first.reading.duration)")
  return machinPi(terms: 2_000_000)
}

print("π is about \(digits)")
if let energy = bill.energy { print("it took \(energy)") }
if let carbon = bill.carbon { print("which is \(carbon)") }
for notice in bill.reading.notices { print("note: \(notice)") }
// snippet.hide

/// Machin's formula, π = 16 arctan(1/5) - 4 arctan(1/239), summed the slow way.
func machinPi(terms: Int) -> Double {
  func arctangent(_ x: Double) -> Double {
    var (sum, power) = (0.0, x)
    for k in 0..<terms {
      sum += (k % 2 == 0 ? power : -power) / Double(2 * k + 1)
      power *= x * x
    }
    return sum
  }
  return 16 * arctangent(1.0 / 5) - 4 * arctangent(1.0 / 239)
}

precondition(abs(digits - 3.141592653589793) < 1e-12)
