import Foundation
import Policy
import QueryProtocol
import SessionModel
import Testing

@testable import StenoCommands

@Suite struct OutputTests {
  @Test("A line of JSON has no byte that acts on a terminal, and reads back the same")
  func json() throws {
    let text = "a\u{1b}[31m\u{7f}\u{85}\u{9b}\u{2028}\u{2029}\né\u{202e}/"
    let line = try StandardOutput.encode(["text": text])
    #expect(!line.contains { $0 < 32 || $0 == 127 })
    #expect(
      !String(decoding: line, as: UTF8.self).unicodeScalars.contains {
        (0x80...0x9f).contains($0.value) || $0.value == 0x2028
      })
    #expect(try JSONDecoder().decode([String: String].self, from: Data(line)) == ["text": text])
  }

  @Test("Recorded text for a terminal has no control, direction or format characters")
  func sanitised() {
    let hostile = "a\u{1b}[2J\u{9b}31m\u{202e}b\u{200b}\u{7f}"
    for text in [Shown.line(hostile)] + Shown.block(hostile + "\n\u{1b}]0;x\u{7}", indent: "  ") {
      #expect(
        !text.unicodeScalars.contains {
          $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
        })
    }
    #expect(Shown.block("one\ntwo", indent: "> ") == ["> one", "> two"])
  }

  @Test("An approval is printed with every fixed name, and with what a signature of other means needs")
  func approval() throws {
    let object = try object(ApprovalLine(Samples.approval))
    #expect(object["nonce"] as? String == Samples.approval.nonce)
    #expect(object["leaf"] as? String == Samples.approval.leaf.description)
    for name in [
      "id", "session", "step", "agent", "connection", "class", "risk", "text", "values", "commitment", "since",
      "expires",
    ] {
      #expect(object[name] != nil, "\(name)")
    }
  }

  @Test("A tail's line is the session with its seq beside its own names")
  func tail() throws {
    let object = try object(TailLine(TailEvent(seq: 7, change: "session", session: Samples.session)))
    #expect(object["seq"] as? Int == 7 && object["change"] as? String == "session")
    for name in [
      "id", "agent", "principal", "on_behalf_of", "connection", "protocol", "state", "capture", "trial", "steps",
      "held",
      "denied", "masked", "started", "ended",
    ] {
      #expect(object[name] != nil, "\(name)")
    }
    let skipped = try self.object(TailLine(TailEvent(seq: 9, change: "skipped", skipped: 3)))
    #expect(skipped["skipped"] as? Int == 3)
  }

  @Test("Columns are aligned, numbers to the right")
  func columns() {
    var table = Columns([("A", .left), ("N", .right)])
    table.add(["long", "5"])
    table.add(["x", "120"])
    #expect(table.lines == ["A       N", "long    5", "x     120"])
  }

  @Test(
    "Wrong usage exits 64",
    arguments: [
      ["approve", "x"], ["approve", "x", "--reason", " "], ["sessions", "--limit", "0"], ["sessions", "--nonsense"],
      ["show"], ["show", "s-1", "--json", "--raw"], ["replay", "s-1", "--speed", "0"], ["classify"],
      ["classify", "--protocol", "gopher"], ["init"], ["nonsense"], ["approver", "enrol", "/tmp/x", "name"],
    ])
  func usage(_ arguments: [String]) async {
    #expect(await StenoProgram.run(arguments) == 64)
  }

  @Test(
    "What could not be done exits 2",
    arguments: [
      ["sessions", "--config", "/nonexistent/steno.toml"], ["up", "/nonexistent"], ["url", "/nonexistent", "orders"],
      ["verify", "--store", "/nonexistent"], ["init", "/tmp/steno-never", "--http", "a=http://x"],
    ])
  func cannot(_ arguments: [String]) async {
    #expect(await StenoProgram.run(arguments) == 2)
  }

  @Test("The recorder's answers become the contract's exit codes")
  func codes() {
    #expect(StenoProgram.status(of: .notPending) == 3)
    #expect(StenoProgram.status(of: .notAllowed) == 4)
    #expect(StenoProgram.status(of: .notFound) == 1)
  }

  @Test("Classification answers with exactly the contract's names")
  func classify() throws {
    let answer = ClassifyCommand.answer("{\"text\":\"DROP TABLE a\"}", number: 1, wire: .postgres)
    let object = try object(answer)
    #expect(Set(object.keys) == ["class", "kind", "objects", "reasons"])
    #expect(object["class"] as? String == "destructive")
    for (line, wire) in [("nonsense", ClassifyCommand.WireProtocol.postgres), ("{}", .http), ("[]", .shell)] {
      let bad = ClassifyCommand.answer(line, number: 2, wire: wire)
      #expect(bad.statementClass == .unknown && bad.error?.hasPrefix("line 2") == true)
    }
    let shell = ClassifyCommand.answer("{\"text\":\"dropdb orders\"}", number: 4, wire: .shell)
    #expect(shell.statementClass == .destructive && shell.error == nil)
    let body = #"{"query":"mutation { volumeDelete(id: 1) }"}"#
    let http = ClassifyCommand.answer(
      #"{"method":"POST","path":"/graphql","body":\#(body)}"#, number: 5, wire: .http)
    #expect(http.statementClass == .destructive)
  }

  private func object(_ value: some Encodable) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(try StandardOutput.encode(value)))
    return try #require(object as? [String: Any])
  }
}
