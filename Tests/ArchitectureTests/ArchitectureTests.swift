import Foundation
import Testing

/// The walls between the modules, held against the sources and the built gateway.
@Suite("The architecture")
struct ArchitectureTests {
  /// What each module may import, beside Foundation and the C library. A new edge is a decision: it belongs here first.
  static let allowed: [String: Set<String>] = [
    "SessionModel": [],
    "Signatures": ["SessionModel", "COpenSSL"],
    "SQLSyntax": ["CPgQuery"],
    "ShellSyntax": [],
    "TerminalEmulator": ["CVTerm"],
    "Policy": ["SessionModel", "SQLSyntax", "ShellSyntax", "Signatures"],
    "Configuration": ["SessionModel", "Policy", "Signatures", "TOMLKit"],
    "ProxyCore": ["SessionModel", "Policy", "NIOCore"],
    "PostgresWire": [],
    "PostgresAdapter": ["PostgresWire", "ProxyCore", "SessionModel", "Policy", "Signatures", "NIOCore"],
    "Transcript": ["SessionModel", "PostgresWire"],
    "IngestProtocol": ["SessionModel", "NIOCore"],
    "QueryProtocol": ["SessionModel", "NIOCore"],
    "Confinement": ["CConfinement"],
    "MutualTLS": ["Signatures", "NIOCore", "NIOSSL"],
    "Gateway": [
      "PostgresAdapter", "ProxyCore", "SessionModel", "Policy", "Signatures", "Evidence", "IngestProtocol", "MutualTLS",
      "Configuration", "NIOCore", "NIOPosix", "NIOTLS", "NIOSSL", "NIOConcurrencyHelpers", "Logging",
    ],
    "Evidence": ["SessionModel", "Signatures"],
    "Journal": ["SessionModel", "Evidence", "Signatures"],
    "Index": ["SessionModel", "Transcript", "GRDB", "GRDBSQLite"],
    "Witness": ["SessionModel", "Evidence", "Signatures", "NIOCore", "NIOPosix", "NIOHTTP1"],
    "Recorder": [
      "Journal", "Index", "Evidence", "Signatures", "SessionModel", "Transcript", "IngestProtocol", "QueryProtocol",
      "Configuration", "Witness", "MutualTLS", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "Logging",
      "Synchronization",
      "FoundationNetworking",
    ],
    "RecorderClient": [
      "SessionModel", "QueryProtocol", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "Synchronization",
    ],
    "ConsoleCore": ["SessionModel", "SQLSyntax", "TerminalEmulator", "Transcript"],
    "ConsoleTerminal": ["ConsoleCore", "SessionModel", "CTerm"],
  ]

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("A module imports what its row of the table allows, and nothing else", arguments: allowed.keys.sorted())
  func imports(module: String) throws {
    let folder = ArchitectureTests.root.appendingPathComponent("Sources/\(module)")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    let allowed = try #require(ArchitectureTests.allowed[module]).union(["Foundation", "Glibc", "Synchronization"])
    var seen = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      seen += 1
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        var words = line.split(separator: " ")
        if words.first?.hasPrefix("@") == true { words.removeFirst() }
        if ["public", "package", "internal", "private"].contains(words.first ?? "") { words.removeFirst() }
        guard words.first == "import", let name = words.last else { continue }
        let imported = String(name.split(separator: ".")[0])
        #expect(allowed.contains(imported), "\(module)/\(file.lastPathComponent) imports \(imported)")
      }
    }
    #expect(seen > 0)
  }

  @Test("The gateway's program links no SQLite: it could not open the index if it wanted to")
  func gatewayLinksNoDatabase() throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ldd")
    process.arguments = [folder.appendingPathComponent("steno-gateway").path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(output.contains("libcrypto"))
    #expect(!output.contains("sqlite"))
  }
}
