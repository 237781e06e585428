import Foundation
import IngestProtocol
import Journal
import Logging
import NIOPosix
import Recorder
import SessionModel
import Testing

@Suite struct JournalVerifierTests {
  @Test("A recorder's own store verifies, and a byte changed in it does not") func wholeStore() async throws {
    let folder = NSTemporaryDirectory() + "steno-verify-\(UInt32.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    let service = try await RecorderService.start(
      settings: RecorderSettings(
        store: folder + "/store", ingest: folder + "/i.sock", query: "", origin: "test/steno", gateways: [:],
        trial: true),
      log: Logger(label: "test"))
    for number in 0..<20 {
      try await service.core.recordAccess(AccessMeta(by: "someone", action: "search", detail: "\(number)"))
    }
    try await service.shutdown()
    let intact = try JournalVerifier(directory: folder + "/store").verify()
    #expect(intact.finding == nil)
    #expect(intact.records == 23)
    let file = URL(fileURLWithPath: folder + "/store/" + SegmentFormat.fileName(firstIndex: 0))
    let whole = try Data(contentsOf: file)
    let used = Int(intact.bytes) + SegmentFormat.headerLength
    for place in stride(from: 0, to: used, by: 97) {
      var changed = whole
      changed[place] ^= 4
      try changed.write(to: file)
      #expect(try JournalVerifier(directory: folder + "/store").verify().finding?.fault == .edited)
    }
    try whole[..<(used - 400)].write(to: file)
    #expect(try JournalVerifier(directory: folder + "/store").verify().finding?.fault == .truncated)
  }
}
