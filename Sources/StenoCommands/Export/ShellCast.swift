import Foundation
import QueryProtocol
import RecorderClient
import SessionModel

/// A shell's recording as an asciicast: version 3 where it came as such, else version 2. What was imported comes out as it came.
///
/// Source: asciinema, "asciicast v2" and "asciicast v3".
enum ShellCast {
  private struct HeaderTwo: Encodable {
    var version = 2
    var width: Int
    var height: Int
    var timestamp: Int64
    var title: String
  }

  private struct HeaderThree: Encodable {
    struct Terminal: Encodable {
      var cols: Int
      var rows: Int
    }

    var version = 3
    var term: Terminal
    var timestamp: Int64
    var title: String
  }

  private struct Event: Encodable {
    var seconds: Double
    var code: String
    var text: String

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(seconds)
      try list.encode(code)
      try list.encode(text)
    }
  }

  static func write(_ summary: SessionSummary, _ client: RecorderClient, _ sink: ExportSink) async throws {
    var recording = ShellRecording(summary.id, client)
    var order = MomentOrder()
    var writer = Writer(sink: sink)
    while let pieces = try await recording.next() {
      if !writer.isBegun { try writer.begin(header(recording, summary), three: isThree(recording)) }
      for piece in pieces { try writer.write(order.take(piece)) }
    }
    try writer.write(order.finish())
  }

  private static func isThree(_ recording: ShellRecording) -> Bool { recording.origin?.format == "asciicast 3" }

  private static func header(_ recording: ShellRecording, _ summary: SessionSummary) -> any Encodable {
    let title = "\(summary.id) \(Shown.line(summary.agent))"
    let time = (recording.origin?.recorded ?? summary.started).microseconds / 1_000_000
    let size = recording.size
    return isThree(recording)
      ? HeaderThree(term: .init(cols: size.columns, rows: size.rows), timestamp: time, title: title)
      : HeaderTwo(width: size.columns, height: size.rows, timestamp: time, title: title)
  }

  private struct Writer {
    let sink: ExportSink
    var isBegun = false
    private var isThree = false
    private var last: Int64 = 0
    /// Bytes of a character that goes on in the next event of its kind.
    private var rest: [String: [UInt8]] = [:]

    init(sink: ExportSink) {
      self.sink = sink
    }

    mutating func begin(_ header: any Encodable, three: Bool) throws {
      isBegun = true
      isThree = three
      try put(header)
    }

    mutating func write(_ moments: [ShellRecording.Moment]) throws {
      for moment in moments {
        switch moment.kind {
        case .output: try text("o", moment)
        case .input: try text("i", moment)
        case .resize(let columns, let rows): try event("r", "\(columns)x\(rows)", moment.at)
        case .marker: try event("m", moment.label ?? "", moment.at)
        case .exit(let status): try event("x", String(status), moment.at)
        }
      }
    }

    private mutating func text(_ code: String, _ moment: ShellRecording.Moment) throws {
      let bytes = (rest[code] ?? []) + moment.bytes
      let whole = bytes.count - Writer.unfinished(bytes)
      rest[code] = Array(bytes[whole...])
      if whole > 0 { try event(code, String(decoding: bytes[..<whole], as: UTF8.self), moment.at) }
    }

    private mutating func event(_ code: String, _ text: String, _ at: Int64) throws {
      let time = isThree ? at - last : at
      last = at
      try put(Event(seconds: Double(time) / 1_000_000, code: code, text: text))
    }

    private func put(_ value: any Encodable) throws { try sink.write(StandardOutput.encode(value) + [10]) }

    /// Bytes at the end that begin a character which is not whole.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
      for back in 1...3 where back <= bytes.count {
        let byte = bytes[bytes.count - back]
        if byte & 0xc0 == 0x80 { continue }
        let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
        return length > back ? back : 0
      }
      return 0
    }
  }
}
