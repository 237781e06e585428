import Signatures

// A journal is a directory (mode 0700) of segments. A segment's file is named after the index of its first record, in
// twenty decimal digits, and `.seg`. Numbers are big-endian; bytes have no padding but what is named here.
//
//   segment header, 32 bytes
//     0   8  "STENOSG1": the name of this format and its version
//     8   8  index of the first record
//     16  8  nonce, drawn at random
//     24  4  zero
//     28  4  CRC-32C of bytes 0 to 27
//   then frames, one a record, without gaps
//     0   4  length of the payload
//     4   8  index of the first record of the batch that this one was written in
//     12  4  CRC-32C of the payload
//     16  4  CRC-32C of the segment's nonce and bytes 0 to 15
//     20     payload: entry length (2), entry, then for each part line of the entry: salt (32), bytes (the line's length);
//            or nothing behind an entry with parts, where retention has deleted them
//   then zeros to the file's end, while the segment is written to: it grows ahead of its records, so that `fdatasync`
//   has no change of size to make durable with them. A segment is cut to its records when the next one is begun.
//
// Retention makes a sealed segment anew beside itself, as `NAME.seg.new`, and puts that in its place in one step: the same header
// and frames, those of pruned records without their bodies.
//
// Invariants
//   - A batch is one write and one `fdatasync`; only then is it acknowledged. So a frame of a later batch proves that
//     every record before that batch was durable.
//   - A write that never became durable leaves whole sectors unwritten, which read as zeros, or ends at the file's end.
//     Only such a tail of the last batch is a torn one, and is cut. Any other frame that does not check is damage: a
//     record that may have been acknowledged has changed, and the journal refuses to open.
//   - Frames are looked for behind a torn one. The nonce keeps whoever chooses a body's bytes from putting frames there.
//   - A segment's first record is of kind `heads`. Nothing is ever written before the last durable byte.

/// Sizes and the fixed parts of segment files.
package enum SegmentFormat {
  package static let headerLength = 32
  package static let frameHeaderLength = 20
  /// Bytes that a device writes whole or not at all.
  static let sector = 512
  /// Largest payload of a frame: a record that fits the ingest socket, and what stands around it.
  package static let payloadLimit = 96 << 20
  private static let magic: StaticString = "STENOSG1"

  static func header(firstIndex: UInt64, nonce: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerLength)
    bytes.append(contentsOf: UnsafeBufferPointer(start: magic.utf8Start, count: magic.utf8CodeUnitCount))
    append(firstIndex, to: &bytes)
    append(nonce, to: &bytes)
    append(UInt32(0), to: &bytes)
    append(bytes.withUnsafeBytes { CRC32C.checksum($0) }, to: &bytes)
    return bytes
  }

  /// The nonce in these 32 bytes, if they are the header of the segment that starts at this index.
  static func nonce(inHeader bytes: UnsafeRawBufferPointer, firstIndex: UInt64) -> UInt64? {
    guard bytes.count == headerLength else { return nil }
    let nonce = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    return bytes.elementsEqual(header(firstIndex: firstIndex, nonce: nonce)) ? nonce : nil
  }

  /// Name of the file of the segment that starts at this index.
  package static func fileName(firstIndex: UInt64) -> String {
    let digits = String(firstIndex)
    return String(repeating: "0", count: 20 - digits.count) + digits + ".seg"
  }

  /// The index in a segment's file name; nil for any other name.
  package static func firstIndex(fileName: String) -> UInt64? {
    guard fileName.utf8.count == 24, fileName.hasSuffix(".seg"), let index = UInt64(fileName.prefix(20)),
      self.fileName(firstIndex: index) == fileName
    else { return nil }
    return index
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }
}

/// The fixed part of a frame.
struct FrameHeader {
  var length: Int
  /// Index of the first record of its batch.
  var batch: UInt64
  var payloadChecksum: UInt32

  /// Reads 20 bytes; nil unless they check and the length is one that a record can have.
  init?(reading bytes: UnsafeRawPointer, nonce: UInt64) {
    let checksum = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    guard FrameHeader.checksum(bytes, nonce: nonce) == checksum else { return nil }
    length = Int(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
    batch = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
    payloadChecksum = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
    guard length > 2, length <= SegmentFormat.payloadLimit else { return nil }
  }

  init(length: Int, batch: UInt64, payloadChecksum: UInt32) {
    self.length = length
    self.batch = batch
    self.payloadChecksum = payloadChecksum
  }

  func write(to bytes: UnsafeMutableRawPointer, nonce: UInt64) {
    bytes.storeBytes(of: UInt32(length).bigEndian, as: UInt32.self)
    bytes.storeBytes(of: batch.bigEndian, toByteOffset: 4, as: UInt64.self)
    bytes.storeBytes(of: payloadChecksum.bigEndian, toByteOffset: 12, as: UInt32.self)
    bytes.storeBytes(
      of: FrameHeader.checksum(bytes, nonce: nonce).bigEndian, toByteOffset: 16, as: UInt32.self)
  }

  private static func checksum(_ bytes: UnsafeRawPointer, nonce: UInt64) -> UInt32 {
    let seed = Swift.withUnsafeBytes(of: nonce.bigEndian) { CRC32C.checksum($0) }
    return CRC32C.checksum(UnsafeRawBufferPointer(start: bytes, count: 16), after: seed)
  }
}
