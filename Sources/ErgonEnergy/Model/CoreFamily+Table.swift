extension CoreFamily {
  /// When the table was last revised.
  static let tableVersion = "2026-11"

  /// Any other processor.
  static let unknown = CoreFamily(
    "unknown processor", .x86(.unknown, family: 0, models: nil), busyW: 3, idleW: 0.8, factor: 3,
    basis: "middle of all rows")

  /// The first matching row counts: narrow patterns stand before wide ones.
  static let table: [CoreFamily] = intelServer + intelClient + amd + arm + apple + wide

  private static let intelServer: [CoreFamily] = [
    CoreFamily(
      "Intel Sierra Forest server", .x86(.intel, family: 6, models: [175...175]),
      busyW: 1.5, idleW: 0.5, basis: "Xeon 6780E: 250 W, 144 threads"),
    CoreFamily(
      "Intel Granite Rapids server", .x86(.intel, family: 6, models: [173...174]),
      busyW: 3, idleW: 0.7, basis: "Xeon 6980P: 500 W, 256 threads"),
    CoreFamily(
      "Intel Sapphire or Emerald Rapids server",
      .x86(.intel, family: 6, models: [143...143, 207...207]),
      busyW: 3.5, idleW: 1, basis: "Xeon Platinum 8480+: 350 W, 112 threads"),
    CoreFamily(
      "Intel Ice Lake server", .x86(.intel, family: 6, models: [106...106, 108...108]),
      busyW: 4, idleW: 1, basis: "Xeon Platinum 8380: 270 W, 80 threads"),
    CoreFamily(
      "Intel Skylake or Cascade Lake server", .x86(.intel, family: 6, models: [85...85]),
      busyW: 4.2, idleW: 1, basis: "Xeon Platinum 8280: 205 W, 56 threads"),
    CoreFamily(
      "Intel Haswell or Broadwell server",
      .x86(.intel, family: 6, models: [63...63, 79...79, 86...86]),
      busyW: 4.5, idleW: 1, basis: "Xeon E5-2680 v4: 120 W, 28 threads"),
    CoreFamily(
      "Intel Sandy or Ivy Bridge server", .x86(.intel, family: 6, models: [45...45, 62...62]),
      busyW: 6, idleW: 2, basis: "Xeon E5-2690: 135 W, 16 threads"),
    CoreFamily(
      "Intel Xeon Phi", .x86(.intel, family: 6, models: [87...87, 133...133]),
      busyW: 1, idleW: 0.4, basis: "Xeon Phi 7250: 215 W, 272 threads"),
  ]

  private static let intelClient: [CoreFamily] = [
    CoreFamily(
      "Intel Arrow Lake desktop", .x86(.intel, family: 6, models: [198...198]),
      busyW: 6, idleW: 0.5, basis: "Core Ultra 9 285K: 125 W base, 250 W turbo, 24 threads"),
    CoreFamily(
      "Intel Meteor, Lunar or Arrow Lake mobile",
      .x86(.intel, family: 6, models: [170...170, 172...172, 181...181, 189...189, 197...197]),
      busyW: 3, idleW: 0.25, basis: "Core Ultra 7 155H: 28 W, 22 threads"),
    CoreFamily(
      "Intel Alder or Raptor Lake desktop",
      .x86(.intel, family: 6, models: [151...151, 183...183, 191...191]),
      busyW: 6, idleW: 0.5, basis: "Core i9-13900K: 125 W base, 253 W turbo, 32 threads"),
    CoreFamily(
      "Intel Alder or Raptor Lake mobile",
      .x86(.intel, family: 6, models: [154...154, 186...186, 190...190]),
      busyW: 3, idleW: 0.3, basis: "Core i7-1260P: 28 W, 16 threads"),
    CoreFamily(
      "Intel Rocket Lake desktop", .x86(.intel, family: 6, models: [167...167]),
      busyW: 8, idleW: 0.8, basis: "Core i9-11900K: 125 W, 16 threads"),
    CoreFamily(
      "Intel Ice or Tiger Lake mobile",
      .x86(.intel, family: 6, models: [125...126, 140...141]),
      busyW: 3.5, idleW: 0.3, basis: "Core i7-1165G7: 28 W, 8 threads"),
    CoreFamily(
      "Intel Skylake to Comet Lake mobile",
      .x86(.intel, family: 6, models: [78...78, 102...102, 142...142, 166...166]),
      busyW: 3, idleW: 0.3, basis: "Core i7-8565U: 15 W, 8 threads"),
    CoreFamily(
      "Intel Skylake to Comet Lake desktop",
      .x86(.intel, family: 6, models: [94...94, 158...158, 165...165]),
      busyW: 7, idleW: 0.7, basis: "Core i7-8700K: 95 W, 12 threads"),
    CoreFamily(
      "Intel Haswell or Broadwell mobile", .x86(.intel, family: 6, models: [61...61, 69...69]),
      busyW: 3.5, idleW: 0.5, basis: "Core i7-5600U: 15 W, 4 threads"),
    CoreFamily(
      "Intel Haswell or Broadwell desktop",
      .x86(.intel, family: 6, models: [60...60, 70...71]),
      busyW: 8, idleW: 1, basis: "Core i7-4770: 84 W, 8 threads"),
    CoreFamily(
      "Intel Sandy or Ivy Bridge client", .x86(.intel, family: 6, models: [42...42, 58...58]),
      busyW: 8, idleW: 1, basis: "Core i7-3770: 77 W, 8 threads"),
    CoreFamily(
      "Intel Atom",
      .x86(
        .intel, family: 6,
        models: [
          55...55, 74...74, 76...77, 90...90, 92...92, 95...95, 122...122, 134...134, 150...150,
          156...156,
        ]),
      busyW: 1.5, idleW: 0.5, basis: "Celeron N5105: 10 W, 4 threads"),
  ]

  private static let amd: [CoreFamily] = [
    CoreFamily(
      "AMD Zen 5 server", .x86(.amd, family: 26, models: [0...31]),
      busyW: 3, idleW: 0.7, basis: "EPYC 9755: 500 W, 256 threads"),
    CoreFamily(
      "AMD Zen 5 desktop", .x86(.amd, family: 26, models: [64...79]),
      busyW: 6, idleW: 1, basis: "Ryzen 9 9950X: 170 W, 32 threads"),
    CoreFamily(
      "AMD Zen 5 mobile", .x86(.amd, family: 26, models: [32...47, 96...127]),
      busyW: 3, idleW: 0.3, basis: "Ryzen AI 9 HX 370: 28 W, 24 threads"),
    CoreFamily(
      "AMD Zen 4 server", .x86(.amd, family: 25, models: [16...31, 160...175]),
      busyW: 3, idleW: 0.8, basis: "EPYC 9654: 360 W, 192 threads"),
    CoreFamily(
      "AMD Zen 4 desktop", .x86(.amd, family: 25, models: [96...111]),
      busyW: 6, idleW: 1, basis: "Ryzen 9 7950X: 170 W, 32 threads"),
    CoreFamily(
      "AMD Zen 4 mobile", .x86(.amd, family: 25, models: [112...127]),
      busyW: 3, idleW: 0.3, basis: "Ryzen 7 7840U: 28 W, 16 threads"),
    CoreFamily(
      "AMD Zen 3 server", .x86(.amd, family: 25, models: [0...15]),
      busyW: 2.7, idleW: 0.8, basis: "EPYC 7763: 280 W, 128 threads"),
    CoreFamily(
      "AMD Zen 3 desktop", .x86(.amd, family: 25, models: [32...47]),
      busyW: 5, idleW: 1, basis: "Ryzen 9 5950X: 105 W, 32 threads"),
    CoreFamily(
      "AMD Zen 3 mobile", .x86(.amd, family: 25, models: [64...95]),
      busyW: 2.8, idleW: 0.3, basis: "Ryzen 7 5800U: 15 W, 16 threads"),
    CoreFamily(
      "AMD Zen 2 server", .x86(.amd, family: 23, models: [48...63]),
      busyW: 2.5, idleW: 0.8, basis: "EPYC 7742: 225 W, 128 threads"),
    CoreFamily(
      "AMD Zen 2 desktop", .x86(.amd, family: 23, models: [112...127]),
      busyW: 5, idleW: 1, basis: "Ryzen 7 3700X: 65 W, 16 threads"),
    CoreFamily(
      "AMD Zen 2 mobile", .x86(.amd, family: 23, models: [96...111, 144...175]),
      busyW: 2.5, idleW: 0.3, basis: "Ryzen 7 4800U: 15 W, 16 threads"),
    CoreFamily(
      "AMD Zen server", .x86(.amd, family: 23, models: [0...15], word: "EPYC"),
      busyW: 2.5, idleW: 1, basis: "EPYC 7601: 180 W, 64 threads"),
    CoreFamily(
      "AMD Zen mobile", .x86(.amd, family: 23, models: [16...47]),
      busyW: 2.8, idleW: 0.4, basis: "Ryzen 7 2700U: 15 W, 8 threads"),
    CoreFamily(
      "AMD Zen desktop", .x86(.amd, family: 23, models: [0...15]),
      busyW: 5, idleW: 1, basis: "Ryzen 7 2700X: 105 W, 16 threads"),
    CoreFamily(
      "Hygon Dhyana", .x86(.hygon, family: 24, models: nil),
      busyW: 2.5, idleW: 1, basis: "as AMD Zen server, of which it is a licensed copy"),
    CoreFamily(
      "AMD Bulldozer to Excavator", .x86(.amd, family: 21, models: nil),
      busyW: 7, idleW: 2, basis: "FX-8350: 125 W, 8 threads"),
  ]

  private static let arm: [CoreFamily] = [
    CoreFamily(
      "ARM Neoverse N1", .arm(.arm, parts: [0xd0c]),
      busyW: 1.8, idleW: 0.5, basis: "Ampere Altra Q80-30: 210 W, 80 cores"),
    CoreFamily(
      "ARM Neoverse V1", .arm(.arm, parts: [0xd40]),
      busyW: 1.8, idleW: 0.5, basis: "Graviton3: 64 cores, about 100 W as reported"),
    CoreFamily(
      "ARM Neoverse N2 or N3", .arm(.arm, parts: [0xd49, 0xd8e]),
      busyW: 1.8, idleW: 0.5, basis: "between Neoverse N1 and V2"),
    CoreFamily(
      "ARM Neoverse V2 or V3", .arm(.arm, parts: [0xd4f, 0xd84]),
      busyW: 2.5, idleW: 0.6, basis: "NVIDIA Grace: 250 W with memory, 72 cores"),
    CoreFamily(
      "AmpereOne", .arm(.ampere, parts: nil),
      busyW: 1.5, idleW: 0.5, basis: "AmpereOne A192-32X: 350 W, 192 cores"),
    CoreFamily(
      "ARM Cortex-A76 (Raspberry Pi 5)", .arm(.arm, parts: [0xd0b]),
      busyW: 1.4, idleW: 0.5, basis: "Raspberry Pi 5: about 3 W idle, 9 W with 4 busy cores"),
    CoreFamily(
      "ARM Cortex-A72 (Raspberry Pi 4)", .arm(.arm, parts: [0xd08]),
      busyW: 0.9, idleW: 0.5, basis: "Raspberry Pi 4: about 2.7 W idle, 6.4 W with 4 busy cores"),
    CoreFamily(
      "ARM Cortex-A53 or A55", .arm(.arm, parts: [0xd03, 0xd05]),
      busyW: 0.5, idleW: 0.3, basis: "Raspberry Pi 3: about 1.4 W idle, 3.7 W with 4 busy cores"),
    CoreFamily(
      "Fujitsu A64FX", .arm(.fujitsu, parts: [0x001]),
      busyW: 2.2, idleW: 1, basis: "A64FX: about 160 W with memory, 48 cores"),
    CoreFamily(
      "Cavium ThunderX2", .arm(.cavium, parts: [0x0af]),
      busyW: 1.5, idleW: 0.5, basis: "ThunderX2 CN9980: 180 W, 128 threads"),
    CoreFamily(
      "HiSilicon Kunpeng 920", .arm(.hisilicon, parts: [0xd01]),
      busyW: 2, idleW: 0.6, basis: "Kunpeng 920-6426: 180 W, 64 cores"),
  ]

  // Work runs on performance cores unless it asks not to; the interval reaches down to the others.
  private static let apple: [CoreFamily] = [
    CoreFamily(
      "Apple M1 or M2, performance core", .named("Apple M1"),
      busyW: 3.5, idleW: 0.05, efficiencyW: 0.1, basis: "spin loops under the kernel's counter"),
    CoreFamily(
      "Apple M1 or M2, performance core", .named("Apple M2"),
      busyW: 3.5, idleW: 0.05, efficiencyW: 0.1, basis: "spin loops under the kernel's counter"),
    CoreFamily(
      "Apple M3 or M4, performance core", .named("Apple M"),
      busyW: 3.5, idleW: 0.05, efficiencyW: 0.05,
      basis: "spin loops under the kernel's counter: 2.7-3.4 W and 0.046-0.057 W"),
    CoreFamily(
      "Apple silicon under Linux", .arm(.apple, parts: nil),
      busyW: 3.5, idleW: 0.05, efficiencyW: 0.1, basis: "as under macOS"),
  ]

  // Makers that are known with models that are not: a wide guess is better than the widest.
  private static let wide: [CoreFamily] = [
    CoreFamily(
      "Intel server, unlisted model", .x86(.intel, family: 6, models: nil, word: "Xeon"),
      busyW: 3.5, idleW: 1, factor: 3, basis: "middle of the Intel server rows"),
    CoreFamily(
      "Intel, unlisted model", .x86(.intel, family: 6, models: nil),
      busyW: 4, idleW: 0.5, factor: 3, basis: "middle of the Intel client rows"),
    CoreFamily(
      "AMD, unlisted EPYC", .x86(.amd, family: 26, models: nil, word: "EPYC"),
      busyW: 3, idleW: 0.8, factor: 3, basis: "middle of the AMD server rows"),
    CoreFamily(
      "AMD Zen 5, unlisted model", .x86(.amd, family: 26, models: nil),
      busyW: 4, idleW: 0.6, factor: 3, basis: "middle of the Zen 5 rows"),
    CoreFamily(
      "AMD Zen 3 or 4, unlisted model", .x86(.amd, family: 25, models: nil),
      busyW: 4, idleW: 0.6, factor: 3, basis: "middle of the Zen 3 and 4 rows"),
    CoreFamily(
      "AMD Zen or Zen 2, unlisted model", .x86(.amd, family: 23, models: nil),
      busyW: 4, idleW: 0.6, factor: 3, basis: "middle of the Zen and Zen 2 rows"),
    CoreFamily(
      "ARM, unlisted core", .arm(.arm, parts: nil),
      busyW: 1.2, idleW: 0.4, factor: 3, basis: "middle of the ARM rows"),
  ]
}
