import Foundation
import Testing

extension SpineTests {
  @Suite("Drivers") struct Drivers {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("fixtures/drivers")

    /// A Python that has this module: the system's, or that of the folder which CI sets up.
    static func python(with module: String) throws -> String? {
      let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
      for path in ["/usr/bin/python3", "\(home)/.cache/steno-drivers/bin/python"]
      where FileManager.default.fileExists(atPath: path) {
        if try Program.run(path, ["-c", "import \(module)"]).status == 0 { return path }
      }
      return nil
    }

    /// What the script printed. Whether psycopg warns of an aborted pipeline hangs on how fast answers come.
    private static func results(_ outcome: Program.Outcome) -> [Substring] {
      outcome.output.split(separator: "\n").filter { !$0.hasPrefix("error ignored terminating") }
    }

    @Test(
      "A driver gets the same results through the gateway as direct",
      arguments: ["psycopg2", "psycopg", "asyncpg", "pg8000"])
    func same(_ module: String) throws {
      guard let python = try Drivers.python(with: module) else {
        print("\(module) is not installed here: .ci/setup with CI=true brings it")
        return
      }
      let world = try World(rules: World.allowRule)
      let script = Drivers.folder.appendingPathComponent("\(module)_driver.py").path
      let direct = try Program.run(python, [script, world.direct])
      let through = try Program.run(python, [script, world.throughGateway])
      #expect(direct.status == 0, "\(direct.output)")
      #expect(
        through.status == 0 && Drivers.results(through) == Drivers.results(direct),
        "\(through.output)\n--- direct:\n\(direct.output)")
    }
  }
}
