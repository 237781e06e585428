// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")

/// A module of ours. `ArchitectureTests` holds the imports in its sources against this list.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "steno",
  products: [
    .executable(name: "steno", targets: ["steno"]),
    .executable(name: "steno-gateway", targets: ["steno-gateway"]),
    .executable(name: "steno-recorder", targets: ["steno-recorder"]),
    .executable(name: "steno-witness", targets: ["steno-witness"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .target(
      name: "CTerm", path: "Sources/C/CTerm", cSettings: [.define("NCURSES_WIDECHAR", to: "1")],
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CPgQuery", path: "Sources/C/CPgQuery"),
    .systemLibrary(name: "COpenSSL", path: "Sources/C/COpenSSL"),
    .systemLibrary(name: "CConfinement", path: "Sources/C/CConfinement"),

    .target(name: "CVTerm", path: "Sources/C/CVTerm", linkerSettings: [.linkedLibrary("vterm")]),

    module("SessionModel"),
    module("TerminalEmulator", ["CVTerm"]),
    module("Signatures", ["SessionModel", "COpenSSL"]),
    module("SQLSyntax", ["CPgQuery"]),
    module("ShellSyntax"),
    module("Policy", ["SessionModel", "SQLSyntax", "ShellSyntax", "Signatures"]),
    module("Configuration", ["SessionModel", "Policy", "Signatures", toml]),
    module("ProxyCore", ["SessionModel", "Policy", nioCore]),
    module("PostgresWire"),
    module("PostgresAdapter", ["PostgresWire", "ProxyCore", "SessionModel", "Policy", "Signatures", nioCore]),
    module("Transcript", ["SessionModel", "PostgresWire"]),
    module("IngestProtocol", ["SessionModel", nioCore]),
    module("QueryProtocol", ["SessionModel", nioCore]),
    module("Confinement", ["CConfinement"]),
    module("MutualTLS", ["Signatures", nioCore, nioSSL]),
    module(
      "Gateway",
      [
        "PostgresAdapter", "ProxyCore", "SessionModel", "Policy", "Signatures", "Evidence", "IngestProtocol",
        "MutualTLS", "Configuration", nioCore, nioPosix, nioTLS, nioSSL, log,
      ]),
    module("Evidence", ["SessionModel", "Signatures"]),
    module("Journal", ["SessionModel", "Evidence", "Signatures"]),
    module("Witness", ["SessionModel", "Evidence", "Signatures", nioCore, nioPosix, nioHTTP]),
    module("Index", ["SessionModel", "Transcript", grdb, grdbSQLite]),
    module(
      "Recorder",
      [
        "Journal", "Index", "Evidence", "Signatures", "SessionModel", "Transcript", "IngestProtocol", "QueryProtocol",
        "Configuration", "Witness", "MutualTLS", nioCore, nioPosix, log,
      ]),
    module("RecorderClient", ["SessionModel", "QueryProtocol", nioCore, nioPosix]),
    module("ConsoleCore", ["SessionModel", "SQLSyntax", "TerminalEmulator", "Transcript"]),
    module("ConsoleTerminal", ["ConsoleCore", "SessionModel", "CTerm"]),
    module(
      "StenoCommands",
      [
        "RecorderClient", "QueryProtocol", "ConsoleCore", "ConsoleTerminal", "Transcript", "Journal", "Evidence",
        "Index", "Configuration", "Policy", "SQLSyntax", "Signatures", "SessionModel", "TerminalEmulator", "Witness",
        arguments, toml,
      ]),
    program("steno", ["StenoCommands", "steno-gateway", "steno-recorder", "steno-witness", arguments]),
    program("steno-gateway", ["Gateway", "Configuration", "Confinement", arguments, log, lifecycle, unixSignals]),
    program("steno-recorder", ["Recorder", "Configuration", "Confinement", arguments, log, lifecycle, unixSignals]),

    program(
      "Benchmarks",
      [
        "steno", "steno-gateway", "steno-recorder", "Journal", "Index", "Evidence", "Policy", "ProxyCore", "Recorder",
        "Signatures", "SessionModel", "SQLSyntax", "TerminalEmulator", nioCore, nioPosix, arguments, log,
      ]),
    program("steno-witness", ["Witness", "Signatures", "Confinement", arguments, log, lifecycle, unixSignals]),

    .target(
      name: "TestSupport", dependencies: ["SessionModel", "Journal"], path: "Tests/TestSupport", swiftSettings: strict),
    tests("ArchitectureTests", ["steno-gateway"]),
    tests("SignatureTests", ["Signatures", "SessionModel"]),
    tests("SQLSyntaxTests", ["SQLSyntax"]),
    tests("TerminalEmulatorTests", ["TerminalEmulator", "TestSupport"]),
    tests("ShellSyntaxTests", ["ShellSyntax"]),
    tests("PolicyTests", ["Policy", "SQLSyntax", "ShellSyntax", "SessionModel"]),
    tests("PostgresWireTests", ["PostgresWire"]),
    tests(
      "PostgresAdapterTests",
      [
        "PostgresAdapter", "PostgresWire", "ProxyCore", "Policy", "SessionModel", "Signatures", "TestSupport", nioCore,
      ]),
    tests("EvidenceTests", ["Evidence", "Signatures", "SessionModel"]),
    tests("WitnessTests", ["Witness", "Evidence", "Signatures", "SessionModel"]),
    tests("JournalTests", ["Journal", "Evidence", "Signatures", "SessionModel", "TestSupport"]),
    tests(
      "RecorderTests",
      [
        "Recorder", "Journal", "Evidence", "Signatures", "IngestProtocol", "SessionModel", "Witness", "MutualTLS",
        "TestSupport",
        nioCore, nioPosix, log,
      ]),
    tests("IngestProtocolTests", ["IngestProtocol", "SessionModel", nioCore]),
    tests("ConfigurationTests", ["Configuration", "Policy", "SessionModel"]),
    tests(
      "StenoCommandsTests", ["StenoCommands", "Configuration", "Policy", "QueryProtocol", "Signatures", "SessionModel"]),
    tests("TranscriptTests", ["Transcript", "PostgresWire", "SessionModel"]),
    tests(
      "IndexTests",
      ["Index", "Transcript", "ProxyCore", "SessionModel", "Signatures", "TestSupport", nioCore, grdb]),
    tests(
      "QueryTests",
      [
        "Recorder", "RecorderClient", "QueryProtocol", "IngestProtocol", "Index", "Journal", "Evidence", "Signatures",
        "SessionModel", "Configuration", "TestSupport", nioCore, nioPosix, log, grdb,
      ]),
    tests("ConsoleCoreTests", ["ConsoleCore", "ConsoleTerminal", "SessionModel", "TerminalEmulator"]),
    tests(
      "SpineTests",
      [
        "steno", "steno-gateway", "steno-recorder", "Journal", "Evidence", "IngestProtocol", "Signatures",
        "SessionModel", "TestSupport", nioCore,
      ]),
    tests("ConsoleTerminalTests", ["steno", "steno-recorder", "TestSupport"]),
  ]
)
