// swift-tools-version: 6.2
import PackageDescription

// What `scripts/bench` runs; a package of its own, so that nobody who uses Ergon resolves it.
let package = Package(
  name: "ergon-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "ergon", path: "..")],
  targets: [
    // The loops that the `limit` rows are measured against.
    .target(name: "CMachineLimits"),
    .executableTarget(
      name: "meter-benchmark", dependencies: [.product(name: "ErgonEnergy", package: "ergon")]),
    .executableTarget(
      name: "tensor-benchmark",
      dependencies: [
        "CMachineLimits", .product(name: "ErgonTensor", package: "ergon"),
        .product(name: "ErgonNN", package: "ergon"),
      ]),
    .executableTarget(
      name: "training-benchmark",
      dependencies: [
        .product(name: "ErgonLM", package: "ergon"),
        .product(name: "ErgonLMTraining", package: "ergon"),
        .product(name: "ErgonNN", package: "ergon"),
        .product(name: "ErgonTensor", package: "ergon"),
      ]),
    .executableTarget(
      name: "ternary-benchmark", dependencies: [.product(name: "ErgonLM", package: "ergon")]),
  ],
  swiftLanguageModes: [.v6]
)
