import Foundation
import Testing

extension SpineTests {
  /// Real agent loops with a scripted model.
  @Suite("A ReAct agent") struct Agents {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
        "shared/agents/react_pydantic_ai.py")

    @Test("Gets its DELETE without WHERE held and denied; its thoughts and its run are found again")
    func heldAndDenied() throws {
      guard FileManager.default.fileExists(atPath: Agents.script.path) else {
        print("the agents are not here: \(Agents.script.lastPathComponent)")
        return
      }
      guard let python = try Drivers.python(with: "pydantic_ai, psycopg, httpx") else {
        print("pydantic-ai is not installed here: .ci/setup with CI=true brings it")
        return
      }
      let world = try World(rules: World.holdRule.replacing("1s", with: "60s"))
      _ = try world.psql(
        world.direct, ["-c", "CREATE TABLE customers (id int); INSERT INTO customers VALUES (1), (2)"])
      let port = try FreePort.find()
      let folder = world.directory.appendingPathComponent("site")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let site = try Program(
        python, ["-u", "-m", "http.server", "\(port)", "--bind", "127.0.0.1", "-d", folder.path])
      defer { site.send(SIGKILL) }
      try site.wait(for: "Serving HTTP")

      let agent = try Program(
        "/usr/bin/env",
        [
          "PG_URL=\(world.throughGateway)", "HTTP_URL=http://127.0.0.1:\(port)", "BAD=1", "PYTHONUNBUFFERED=1", python,
          Agents.script.path,
        ])
      try agent.wait(for: "Thought 4")
      let held = try waitForHold(in: world)
      #expect((held["text"] as? String)?.hasPrefix("DELETE FROM customers") == true)
      let id = try #require(held["id"] as? String)
      #expect(try world.steno(["deny", id, "--reason", "all customers would be gone"]).status == 0)
      let outcome = try agent.finish()
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(outcome.output.contains("Observation call_4: ERROR 42501"), "\(outcome.output)")
      #expect(outcome.output.contains("all customers would be gone"))
      #expect(try world.ask("SELECT count(*) FROM customers") == "2")

      let session = try #require(held["session"] as? String)
      let step = try #require(
        try lines(world.steno(["show", session, "--json"])).first { $0["verdict"] as? String == "hold" })
      #expect(step["thought"] as? String == "Duplicates look wrong; clean up the table.")
      let run = try #require(step["run"] as? String)
      #expect(run.count == 32)
      // The run joins the sessions of all its steps: each statement has a connection of its own.
      let found = try lines(world.steno(["search", "run:\(run)", "--json"]))
      #expect(Set(found.compactMap { $0["session"] as? String }).count == 3, "\(found)")
    }

    private func waitForHold(in world: World) throws -> [String: Any] {
      let deadline = Date(timeIntervalSinceNow: 20)
      while Date() < deadline {
        if let held = try world.approvals().first { return held }
      }
      throw Program.Missing(description: "nothing is held")
    }

    private func lines(_ outcome: Program.Outcome) throws -> [[String: Any]] {
      try outcome.output.split(separator: "\n").compactMap {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }
    }
  }
}
