import Foundation
import Journal
import SessionModel
import Signatures

/// Appends to a journal, against a raw write and `fdatasync` of the same bytes in the same batches.
struct JournalLoad {
  var directory: String
  /// Bytes of each record's body.
  var body = 500

  static let batches = [1, 10, 100, 1000]

  /// One line for each batch size: records a second, and how many of the raw ones that is.
  func run() throws {
    say("journal, \(body)-byte records".padded(32) + "records/s".padded(12) + "raw write+sync".padded(16) + "ratio")
    for batch in JournalLoad.batches {
      let count = min(200_000, batch * 2000)
      let journal = try append(count, batch: batch)
      let raw = try write(bytes: journal.bytes, in: count / batch)
      let rate = Double(count) / journal.seconds
      let rawRate = Double(count) / raw
      say(
        "batch \(batch)".padded(32) + "\(Int(rate))".padded(12) + "\(Int(rawRate))".padded(16)
          + String(format: "%.2f", rate / rawRate))
    }
  }

  private func append(_ count: Int, batch: Int) throws -> (seconds: Double, bytes: Int) {
    let path = "\(directory)/journal-\(batch)"
    let writer = try JournalWriter.open(directory: path).writer
    defer {
      writer.close()
      try? FileManager.default.removeItem(atPath: path)
    }
    writer.roll()
    let salt = [UInt8](repeating: 7, count: 32)
    let bytes = [UInt8](repeating: 0x61, count: body)
    let gateway = Array("bench/0".utf8)
    var prev = SHA256.Digest.zero
    var written = 0
    let begun = DispatchTime.now()
    for number in 0..<count {
      try salt.withUnsafeBytes { salt in
        try bytes.withUnsafeBytes { bytes in
          try gateway.withUnsafeBufferPointer { name in
            guard let base = salt.baseAddress else { return }
            let part = RecordPart(name: .wire, salt: base, bytes: bytes)
            prev = try withUnsafePointer(to: part) { part in
              try writer.append(
                RecordHead(
                  kind: .request, session: SessionID(rawValue: 1), sseq: UInt64(number), prev: prev, gateway: name,
                  gseq: UInt64(number + 1), claimedAt: Timestamp(microseconds: 1_700_000_000_000_000),
                  receivedAt: Timestamp(microseconds: 1_700_000_000_000_000)),
                parts: UnsafeBufferPointer(start: part, count: 1)
              ).leaf
            }
          }
        }
      }
      if (number + 1).isMultiple(of: batch) {
        if writer.needsSegment { writer.roll() }
        written += writer.pendingBytes
        try writer.commit()
      }
    }
    return (seconds(since: begun), written)
  }

  /// Seconds that the same bytes take in as many plain writes, each synced.
  private func write(bytes: Int, in writes: Int) throws -> Double {
    let path = "\(directory)/raw"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw Shell.Failed(description: "cannot write to \(directory)") }
    defer {
      close(descriptor)
      unlink(path)
    }
    let chunk = [UInt8](repeating: 0x61, count: bytes / writes)
    let begun = DispatchTime.now()
    for _ in 0..<writes {
      guard Glibc.write(descriptor, chunk, chunk.count) == chunk.count, fdatasync(descriptor) == 0 else {
        throw Shell.Failed(description: "a plain write failed")
      }
    }
    return seconds(since: begun)
  }
}

func seconds(since begun: DispatchTime) -> Double {
  Double(DispatchTime.now().uptimeNanoseconds - begun.uptimeNanoseconds) / 1e9
}
