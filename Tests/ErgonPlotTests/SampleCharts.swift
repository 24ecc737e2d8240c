import ErgonPlot

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One chart of each kind with numbers made by formula; the golden files show them.
enum SampleCharts {
  static let all: [(name: String, chart: any Chart)] = [
    ("line", line), ("bars", bars), ("stacked", stacked), ("scatter", scatter),
    ("intervals", intervals), ("strip", strip),
  ]

  static var line: LineChart {
    let time = (0..<240).map { Double($0) * 0.05 }
    let package = time.map { t in
      t < 1.5 || t > 10.5 ? 14 + sin(9 * t) : 62 + 9 * sin(2.1 * t) + 3 * sin(17 * t)
    }
    let memory = time.map { t in t > 5 && t < 5.6 ? .nan : 6 + 2.5 * sin(1.3 * t) }
    return LineChart(
      title: "gzip -9 corpus.tar", subtitle: "AMD EPYC, 2 processors; sampled every 50 ms",
      x: Axis("Time", unit: .seconds), y: Axis("Power", unit: .watts, includesZero: true),
      series: [
        LineChart.Series("package", detail: "612 J", x: time, y: package),
        LineChart.Series(
          "memory", detail: "71.4 J", x: time, y: memory,
          band: LineChart.Band(low: memory.map { $0 * 0.7 }, high: memory.map { $0 * 1.3 })),
      ], isFilled: true)
  }

  static var bars: BarChart {
    BarChart(
      title: "Energy to compress 1 GB", subtitle: "Mean of five runs with 95 % intervals",
      categories: ["gzip -9", "zstd -19 --long=27 -T2", "xz -9e", "brotli --quality=11", "lz4"],
      axis: Axis("Energy", unit: .joules),
      series: [
        BarChart.Series(
          "energy", values: [512, 1530, 3210, nil, 41.5],
          bounds: [498...531, 1490...1600, 3100...3300, nil, 39...44])
      ], isHorizontal: true)
  }

  static var stacked: BarChart {
    BarChart(
      title: "Where the energy goes", categories: ["load", "prefill", "decode", "idle share"],
      axis: Axis("Energy", unit: .joules),
      series: [
        BarChart.Series("package", values: [120, 340, 910, 260]),
        BarChart.Series("memory", values: [60, 90, 210, 120]),
        BarChart.Series("accelerator", values: [15, 820, 1540, 410]),
      ], arrangement: .stacked)
  }

  static var scatter: ScatterChart {
    let names = ["BERT", "ELMo", "T5", "GPT-3", "Gopher", "BLOOM", "OPT", "Meena", "Switch"]
    let points = names.enumerated().map { index, name in
      let mwh = pow(10, 0.3 + 0.42 * Double(index))
      return ScatterChart.Point(
        x: mwh * 3.6e9, y: mwh * (index % 3 == 0 ? 40 : 430) * 1000, label: name)
    }
    return ScatterChart(
      title: "Energy and emissions of training",
      subtitle: "Each mark is a model; the distance from the line is the grid's doing",
      x: Axis("Energy", unit: .wattHours, scale: .logarithmic),
      y: Axis("Emissions", unit: .gramsCO2e, scale: .logarithmic),
      series: [
        ScatterChart.Series(
          "mostly hydro", points: points.enumerated().filter { $0.0 % 3 == 0 }.map(\.1)),
        ScatterChart.Series(
          "mostly gas", points: points.enumerated().filter { $0.0 % 3 != 0 }.map(\.1)),
      ],
      guides: [
        ScatterChart.Guide(
          "world average, 475 g/kWh",
          points: [
            ScatterChart.Point(x: 1e8, y: 1e8 / 3.6e6 * 475),
            ScatterChart.Point(x: 1e16, y: 1e16 / 3.6e6 * 475),
          ])
      ])
  }

  static var intervals: IntervalChart {
    IntervalChart(
      title: "Energy against the baseline",
      subtitle: "Ratio with 95 % interval; 1 is no difference",
      axis: Axis("ratio", scale: .logarithmic),
      rows: [
        IntervalChart.Row("int8 kernels", value: 0.52, bounds: 0.49...0.55, note: "10 pairs"),
        IntervalChart.Row("fused attention", value: 0.87, bounds: 0.84...0.91, note: "10 pairs"),
        IntervalChart.Row("new allocator", value: 0.99, bounds: 0.95...1.03, note: "10 pairs"),
        IntervalChart.Row("two threads", value: 1.31, bounds: 1.22...1.41, note: "5 pairs"),
        IntervalChart.Row("debug build", value: 2.4, note: "1 pair"),
      ], reference: 1, sides: (low: "costs less", high: "costs more"))
  }

  static var strip: StripChart {
    StripChart(
      title: "Every repeat", axis: Axis("Energy", unit: .joules),
      groups: [
        StripChart.Group("A: gzip", values: [10.2, 10.4, 10.1, 10.3, 11.9, 10.2]),
        StripChart.Group("B: zstd", values: [7.1, 7.3, 7.2, 7.0, 7.4, 7.1]),
        StripChart.Group("C: once", values: [8.8]),
      ])
  }

  static var page: HTMLPage {
    HTMLPage(
      title: "Counting carbon", subtitle: "A survey of 95 models, re-run under the meter.",
      sections: [
        HTMLPage.Section(
          nil,
          [
            .verdict(HTMLPage.Badge("partly reproduced", .partly), "Four of six claims hold."),
            .facts([
              HTMLPage.Fact("Energy", "612 J ±4 %"), HTMLPage.Fact("Emissions", "0.031 gCO₂e"),
              HTMLPage.Fact("Duration", "12.0 s"), HTMLPage.Fact("Provenance", "estimated"),
            ]),
            .note("Energy is estimated from processor time: ratios are ratios of processor time."),
          ]),
        HTMLPage.Section(
          "Claims",
          [
            .table(
              HTMLPage.Table(
                columns: [
                  .text("Claim"), .number("Published"), .number("Ours"), .text("Verdict"),
                ],
                rows: [
                  [
                    "BERT emits 652 kg", "652", "652.1",
                    .badge(HTMLPage.Badge("reproduced", .good)),
                  ],
                  [
                    "Time explains most", "not stated", "0.53",
                    .badge(HTMLPage.Badge("partly", .partly)),
                  ],
                  [
                    "Power explains little", "0.13", "0.41",
                    .badge(HTMLPage.Badge("not reproduced", .bad)),
                  ],
                  [
                    "Trend over years", "–", "–",
                    .badge(HTMLPage.Badge("not comparable", .neutral)),
                  ],
                ], caption: "Shares of the variance of ln C."))
          ]),
        HTMLPage.Section(
          "Power",
          [
            .figure(line, caption: "Power during the run."),
            .paragraph("The command was:"), .code("ergon measure -- gzip -9 corpus.tar"),
            .list(["one core", "two processors & <no> accelerator"]),
          ]),
        HTMLPage.Section("Comparison", [.heading("Ratios"), .figure(intervals, caption: nil)]),
      ], footer: "Written by ergon.")
  }
}
