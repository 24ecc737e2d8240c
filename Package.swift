// swift-tools-version: 6.2
import PackageDescription

// One strictness for every target; see CONTRIBUTING.md.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// The documentation plug-in is resolved only by those who build documentation.
let documentation: [Package.Dependency] =
  Context.environment["ERGON_DOCC"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

let package = Package(
  name: "ergon",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "ErgonWorkload", targets: ["ErgonWorkload"]),
    .library(name: "ErgonEnergy", targets: ["ErgonEnergy"]),
    .library(name: "ErgonEnergyFoundation", targets: ["ErgonEnergyFoundation"]),
    .library(name: "ErgonNumerics", targets: ["ErgonNumerics"]),
    .library(name: "ErgonPlot", targets: ["ErgonPlot"]),
    .library(name: "ErgonData", targets: ["ErgonData"]),
    .library(name: "ErgonImage", targets: ["ErgonImage"]),
    .library(name: "ErgonFetch", targets: ["ErgonFetch"]),
    .library(name: "ErgonTensor", targets: ["ErgonTensor"]),
    .library(name: "ErgonTensorScience", targets: ["ErgonTensorScience"]),
    .library(name: "ErgonNN", targets: ["ErgonNN"]),
    .library(name: "ErgonLM", targets: ["ErgonLM"]),
    .library(name: "ErgonLMTraining", targets: ["ErgonLMTraining"]),
    .library(name: "ErgonIntensity", targets: ["ErgonIntensity"]),
    .library(name: "ErgonLedger", targets: ["ErgonLedger"]),
    .library(name: "ErgonLab", targets: ["ErgonLab"]),
    .library(name: "ErgonStudies", targets: ["ErgonStudies"]),
    .executable(name: "ergon", targets: ["ergon"]),
  ],
  traits: [
    .trait(name: "FFTW", description: "Fourier transforms through FFTW 3 (GPL) instead of kissfft"),
    .trait(name: "OpenBLAS", description: "Tests of matrix products against OpenBLAS"),
    .trait(name: "OneDNN", description: "Tests of convolutions against oneDNN 2"),
  ],
  dependencies: [
    // Each has one owner target; docs/dependencies.md gives reason and licence.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ] + documentation,
  targets: [
    // Ground floor
    .target(name: "CErgonSystem"),
    .target(name: "CErgonKernels"),
    // The story model is embedded by the compiler, not copied beside the program.
    .target(name: "CErgonStories", exclude: ["stories.gguf", "stories.json"]),
    .target(
      name: "CErgonLAPACK",
      linkerSettings: [
        .linkedLibrary("lapack", .when(platforms: [.linux])),
        .linkedLibrary("blas", .when(platforms: [.linux])),
        .linkedFramework("Accelerate", .when(platforms: [.macOS])),
      ]),
    .target(
      name: "CErgonFourier", dependencies: ["CErgonKernels"],
      cxxSettings: [.define("ERGON_FFTW", .when(traits: ["FFTW"]))],
      linkerSettings: [
        .linkedLibrary("fftw3", .when(traits: ["FFTW"])),
        .linkedFramework("Accelerate", .when(platforms: [.macOS])),
      ]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    // What tests alone compare with, each behind the trait of its name
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .target(name: "ErgonWorkload", swiftSettings: strict),
    .target(
      name: "ErgonEnergy", dependencies: ["CErgonSystem"], swiftSettings: strict),
    .target(
      name: "ErgonEnergyFoundation", dependencies: ["ErgonEnergy"], swiftSettings: strict),
    .target(name: "ErgonNumerics", swiftSettings: strict),
    .target(name: "ErgonPlot", swiftSettings: strict),
    .target(
      name: "ErgonData",
      dependencies: ["CZlib", "ErgonWorkload", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),

    .target(
      name: "CErgonImage", dependencies: ["CPNG", "CJPEG"],
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),

    // First floor
    .target(
      name: "ErgonImage", dependencies: ["CErgonImage", "ErgonData"], swiftSettings: strict),
    .target(
      name: "ErgonFetch",
      dependencies: [
        "ErgonWorkload", "ErgonData",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ],
      swiftSettings: strict),
    .target(
      name: "ErgonTensor",
      dependencies: [
        "CErgonKernels", .product(name: "ComplexModule", package: "swift-numerics"),
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "ErgonTensorScience",
      dependencies: [
        "ErgonTensor", "CErgonLAPACK", "CErgonFourier",
        .product(name: "ComplexModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "ErgonNN",
      dependencies: [
        "ErgonTensor", "ErgonWorkload", "ErgonData",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "ErgonIntensity",
      dependencies: [
        "ErgonEnergy", .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ],
      swiftSettings: strict),
    .target(
      name: "ErgonLedger",
      dependencies: [
        "ErgonEnergy", "ErgonNumerics", "ErgonData",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "ErgonLab",
      dependencies: [
        "CErgonSystem", "ErgonWorkload", "ErgonEnergy", "ErgonLedger", "ErgonNumerics",
        "ErgonPlot",
      ],
      swiftSettings: strict),

    // Second floor
    .target(
      name: "ErgonLM",
      dependencies: ["CErgonKernels", "CErgonStories", "ErgonTensor", "ErgonWorkload"],
      swiftSettings: strict),
    .target(
      name: "ErgonLMTraining",
      dependencies: [
        "CErgonKernels", "ErgonTensor", "ErgonNN", "ErgonLM", "ErgonData", "ErgonWorkload",
        "ErgonNumerics", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),

    // Roof
    .target(
      name: "ErgonStudies",
      dependencies: [
        "ErgonLab", "ErgonLedger", "ErgonEnergy", "ErgonNumerics", "ErgonPlot", "ErgonLM",
        "ErgonLMTraining", "ErgonNN", "ErgonData", "ErgonTensor", "ErgonWorkload",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ergon",
      dependencies: [
        "CErgonSystem", "ErgonWorkload", "ErgonEnergy", "ErgonEnergyFoundation",
        "ErgonIntensity", "ErgonLedger", "ErgonLab", "ErgonNumerics", "ErgonPlot", "ErgonStudies",
        "ErgonData", "ErgonFetch", "CErgonKernels", "ErgonImage", "ErgonNN", "ErgonTensor",
        "ErgonLM", "ErgonLMTraining",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // Shared by the tests, not promised to anyone else
    .target(
      name: "_ErgonTestSupport", dependencies: ["ErgonEnergy", "ErgonWorkload"],
      swiftSettings: strict),

    .executableTarget(
      name: "_ErgonLedgerStress", dependencies: ["ErgonLedger", "ErgonEnergy"],
      swiftSettings: strict),
    // A process of their own for tests of signals and standard input
    .executableTarget(
      name: "_ErgonLabProbe",
      dependencies: ["ErgonLab", "ErgonLedger", "ErgonEnergy", "_ErgonTestSupport"],
      swiftSettings: strict),

    // Tests, one target a room; run them in release
    .testTarget(
      name: "ErgonWorkloadTests", dependencies: ["ErgonWorkload"], swiftSettings: strict),
    .testTarget(
      name: "ErgonEnergyTests", dependencies: ["ErgonEnergy", "_ErgonTestSupport"],
      // C that the tests compile themselves, into a library to be loaded.
      exclude: ["Stubs"], swiftSettings: strict),
    .testTarget(
      name: "ErgonEnergyFoundationTests", dependencies: ["ErgonEnergyFoundation", "ErgonEnergy"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonNumericsTests", dependencies: ["ErgonNumerics"], swiftSettings: strict),
    .testTarget(
      name: "ErgonPlotTests", dependencies: ["ErgonPlot", "ErgonData"], exclude: ["Golden"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonDataTests", dependencies: ["ErgonData", "CZlib", "_ErgonTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonImageTests",
      dependencies: ["ErgonImage", "ErgonData", "CZlib", "_ErgonTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonFetchTests",
      dependencies: ["ErgonFetch", "ErgonData", "ErgonWorkload", "_ErgonTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonTensorTests",
      dependencies: [
        "ErgonTensor", "CErgonKernels",
        .target(name: "COpenBLAS", condition: .when(traits: ["OpenBLAS"])),
        .target(name: "COneDNN", condition: .when(traits: ["OneDNN"])),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonTensorScienceTests", dependencies: ["ErgonTensorScience", "ErgonTensor"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonNNTests",
      dependencies: ["ErgonNN", "ErgonTensor", "ErgonWorkload", "ErgonData", "CErgonKernels"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonLMTests",
      dependencies: ["ErgonLM", "CErgonKernels", "ErgonTensor", "ErgonWorkload"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "ErgonLMTrainingTests",
      dependencies: [
        "ErgonLMTraining", "ErgonLM", "ErgonNN", "ErgonTensor", "ErgonData", "ErgonNumerics",
        "ErgonWorkload", "CErgonKernels",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "ErgonIntensityTests",
      dependencies: ["ErgonIntensity", "ErgonEnergy", "_ErgonTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonLedgerTests",
      dependencies: [
        "ErgonLedger", "ErgonEnergy", "ErgonData", "ErgonNumerics", "_ErgonTestSupport",
        "_ErgonLedgerStress",
      ], swiftSettings: strict),
    .testTarget(
      name: "ErgonLabTests",
      dependencies: [
        "ErgonLab", "ErgonLedger", "ErgonEnergy", "ErgonPlot", "ErgonWorkload",
        "_ErgonTestSupport", "_ErgonLabProbe",
      ], swiftSettings: strict),
    .testTarget(
      name: "ErgonStudiesTests",
      dependencies: [
        "ErgonStudies", "ErgonLab", "ErgonLedger", "ErgonEnergy", "ErgonLM", "ErgonLMTraining",
        "ErgonNN", "ErgonTensor",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ErgonCommandTests",
      dependencies: [
        "ergon", "ErgonEnergy", "ErgonIntensity", "ErgonLedger", "ErgonData", "ErgonFetch",
        "ErgonImage", "ErgonNN", "ErgonTensor", "ErgonLM",
        "ErgonLMTraining", "_ErgonTestSupport",
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

// A part of the package alone: the named targets and what they need. The thread sanitizer is run
// so, because the compiler cannot build every room with it.
if let only = Context.environment["ERGON_ONLY"] {
  let byName = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
  var needed: Set<String> = []
  var products: Set<String> = []
  var waiting = only.split(separator: ",").map(String.init)
  while let name = waiting.popLast() {
    guard let target = byName[name], needed.insert(name).inserted else { continue }
    for dependency in target.dependencies {
      switch dependency {
      case .byNameItem(let name, _), .targetItem(let name, _): waiting.append(name)
      case .productItem(_, let package, _, _): if let package { products.insert(package) }
      @unknown default: break
      }
    }
  }
  package.targets.removeAll { !needed.contains($0.name) }
  package.products = []
  package.dependencies.removeAll { dependency in
    guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
    return !products.contains { location.hasSuffix("/\($0)") }
  }
}
