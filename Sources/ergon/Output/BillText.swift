import ErgonEnergy
import ErgonLedger

/// A bill in the words of a person.
///
/// The headline is one line; everything that is somebody's convention has a row of its own in the
/// table.
struct BillText {
  let bill: Bill
  private var reading: Reading { bill.reading }

  init(_ bill: Bill) { self.bill = bill }

  /// `12.3 J (6.2 … 24.6) estimated · 2.31 s · 4.50 s CPU · 5.32 W`, and grams where a grid is
  /// set.
  var headline: String {
    var parts = [energy, "\(reading.duration)", "\(reading.cpu.total) CPU"]
    if let power { parts.append(QuantityFormat.string(power.best)) }
    if let carbon = bill.carbon, let grid = bill.grid {
      parts.append("\(QuantityFormat.string(carbon.interval)) (\(grid.code))")
    }
    return parts.joined(separator: " · ")
  }

  /// `12.3 J (6.2 … 24.6) estimated`, or that there is none.
  var energy: String {
    bill.energy.map { "\(QuantityFormat.string($0.interval)) \($0.provenance.kind.rawValue)" }
      ?? "no energy figure"
  }

  /// Mean power of the headline.
  var power: Figure<Watts>? {
    reading.duration.value > 0 ? bill.energy?.over(reading.duration) : nil
  }

  /// How the headline came to be, in a sentence.
  var provenance: String {
    guard let energy = bill.energy else {
      return "Nothing on this machine gave a figure; 'ergon doctor' says why."
    }
    let source = energy.provenance.source
    switch energy.provenance.kind {
    case .measured: return "Measured: read from \(source)."
    case .attributed:
      return "Attributed: this work's share, by processor time, of what \(source) counted."
    case .estimated:
      return "Estimated: processor time × the power of \(source); ratios between two runs on this "
        + "machine are far better than the absolute figure."
    case .assumed:
      return "Assumed: processor time × a declared power (\(source)); only ratios between runs "
        + "mean anything."
    }
  }

  /// One row a component, then the totals and the declared overheads.
  var table: TextTable {
    var table = TextTable([
      "COMPONENT", "COUNTER", .right("TOTAL"), .right("DYNAMIC"), .right("IDLE"), "PROVENANCE",
      .right("WRAPS"), .right("MISSED"),
    ])
    let show = { (figure: Figure<Joules>?) in figure.map { QuantityFormat.string($0.interval) } }
    for part in reading.components {
      let provenance = (part.dynamic ?? part.total ?? part.idle)?.provenance
      table.append([
        part.component.rawValue, part.counter + (part.isInHeadline ? "" : " (not added)"),
        show(part.total), show(part.dynamic), show(part.idle), provenance?.description,
        String(part.wraps), String(part.missed),
      ])
    }
    table.append([
      "headline", "", nil, show(bill.energy), show(bill.idle),
      bill.energy?.provenance.kind.rawValue, "", "",
    ])
    return table
  }

  /// What was counted on the way, what the meter itself used, and what was declared.
  var remarks: [String] {
    var lines: [String] = []
    if let busy = reading.machineBusy {
      lines.append("machine: busy \(busy) of \(reading.duration * Double(reading.processors))")
    }
    lines.append("meter: used \(reading.meterCost) of processor time itself")
    if let grid = bill.grid {
      lines.append(
        "grid: \(grid.name), \(QuantityFormat.string(grid.gramsPerKWh))/kWh"
          + (grid.year.map { ", \($0)" } ?? "") + ", \(grid.provenance.source)")
    }
    return lines + overheads
  }

  /// What was declared beside the headline, each by itself.
  private var overheads: [String] {
    var lines: [String] = []
    if let building = bill.building {
      lines.append("building, beside the headline: \(QuantityFormat.string(building.interval))")
    }
    if let carbon = bill.buildingCarbon {
      lines.append("its greenhouse gas: \(QuantityFormat.string(carbon.interval))")
    }
    if let water = bill.water {
      lines.append("water at the site: \(QuantityFormat.string(water.interval))")
    }
    if let embodied = bill.embodied {
      lines.append("share of the manufacture: \(QuantityFormat.string(embodied.interval))")
    }
    return lines
  }
}

extension RunID {
  /// Enough of the name to be told apart by hand.
  var short: String { String(description.prefix(13)) }
}
