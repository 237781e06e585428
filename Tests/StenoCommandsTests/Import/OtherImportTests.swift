import Foundation
import QueryProtocol
import SessionModel
import Testing

@testable import StenoCommands

@Suite("Runs and archives")
struct OtherImportTests {
  private func steps(_ items: [ImportItem]) -> [ImportStep] {
    items.compactMap { if case .step(let step) = $0 { step } else { nil } }
  }

  @Test("A run's actions are steps with their thoughts, read by their protocol's classifier")
  func run() throws {
    let line = """
      {"environment":"ic_sql","task":"Clean up","steps":[{"thought":"remove them","action":"execute[DROP TABLE t]",\
      "observation":"[]"},{"action":"submit","observation":"1"}]}
      """
    let items = try ReActRun(Array(line.utf8)[...], number: 1).items
    let found = steps(items)
    #expect(found.map(\.text) == ["Clean up", "DROP TABLE t", "submit"])
    #expect(found[1].statementClass == .destructive && found[1].risk == .high)
    #expect(found[1].claims == ["thought": "remove them", "call": "execute"])
    #expect(items.count == 6)
  }

  @Test("A line that is no run is named", arguments: ["[]", "{}", "{\"steps\":[{\"thought\":\"\"}]}", "nonsense"])
  func damage(line: String) {
    let fault = #expect(throws: ImportFault.self) { try ReActRun(Array(line.utf8)[...], number: 7) }
    #expect(fault?.line == 7)
  }

  @Test("What proves who someone is does not come out of an archive")
  func secrets() throws {
    let har = """
      {"log":{"creator":{"name":"browser"},"entries":[{"startedDateTime":"2026-01-01T10:00:00.000Z","time":12.5,"request":{
      "method":"POST","url":"https://me:hunter2@api.test/pay?access_token=abc123&n=1","headers":[
      {"name":"Authorization","value":"Bearer abc123"},{"name":"Cookie","value":"sid=abc123"},{"name":"Accept","value":"*/*"}],
      "postData":{"text":"{}"}},"response":{"status":402,"statusText":"Payment Required","headers":[
      {"name":"Set-Cookie","value":"sid=abc123"}],"content":{"text":"no"}}}]}}
      """
    let archive = try HARFile(Array(har.utf8))
    let items = archive.items
    var all = "\(items)"
    for item in items {
      switch item {
      case .step(let step): all += String(decoding: Data(base64Encoded: step.bytes ?? "") ?? Data(), as: UTF8.self)
      case .output(_, let bytes, let outcome):
        all += String(decoding: Data(base64Encoded: bytes) ?? Data(), as: UTF8.self)
        #expect(outcome?.tag == "402 Payment Required" && outcome?.error?.code == "402" && outcome?.took == 12_500)
      case .input, .note: break
      }
    }
    #expect(!all.contains("abc123") && !all.contains("hunter2") && all.contains("(withheld)") && all.contains("Accept"))
    #expect(archive.started?.description.hasPrefix("2026-01-01T10:00:00") == true)
  }
}
