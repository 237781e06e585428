import SessionModel
import Signatures

// Files of a bundle. N counts the session's records from 0, in eight digits.
//
//   README            what this is and how to check it
//   verify.sh         checks the bundle with a POSIX shell, openssl and xxd alone
//   checkpoint        the signed note that every proof leads to
//   checkpoint.tsr    a timestamp authority's response over that note (RFC 3161), where there is one
//   keys              verifier keys: to be compared, and not to be trusted from here
//   entries/N         the exact bytes of the entry
//   proofs/N.tlog-proof
//   parts/N.NAME      a body: its salt of 32 bytes, then its bytes, so that the file's SHA-256 is the commitment
//   log/M             entries of the log's own that say why bodies lack (`tombstone`), how far an open session had come (`heads`), or what
//                     a person noted of the session (`access`), M from 0; log/M.tlog-proof as above; its part log/M.text, of a
//                     note log/M.meta
//   rotations/K       changes of the log's key, signed notes, oldest first, K from 0; none where it has had one key
//   transcript.txt    the session as text: made from the records, and not itself proven

/// A session's records with everything that proves them.
package struct EvidenceBundle: Sendable {
  package struct Record: Equatable, Sendable {
    package var index: UInt64
    package var entry: [UInt8]
    package var path: [SHA256.Digest]
    package var parts: [Part]

    package init(index: UInt64, entry: [UInt8], path: [SHA256.Digest], parts: [Part] = []) {
      self.index = index
      self.entry = entry
      self.path = path
      self.parts = parts
    }
  }

  package struct Part: Equatable, Sendable {
    package var salt: [UInt8]
    package var bytes: [UInt8]

    package init(salt: [UInt8], bytes: [UInt8]) {
      self.salt = salt
      self.bytes = bytes
    }
  }

  package var note: SignedNote
  package var keys: [String]
  package var records: [Record]
  /// Records of the log's own, each with one part: its `text`, of a note its `meta`.
  package var own: [Record]
  package var transcript: [UInt8]
  /// The changes of the log's key, signed notes, oldest first.
  package var rotations: [[UInt8]] = []
  /// DER of a timestamp authority's response over the note.
  package var timestamp: [UInt8]?

  package init(note: SignedNote, keys: [String], records: [Record], own: [Record] = [], transcript: [UInt8]) {
    self.note = note
    self.keys = keys
    self.records = records
    self.own = own
    self.transcript = transcript
  }

  /// Writes the archive piece by piece.
  /// - Throws: `EntryError` where a record's parts are not those of its entry; whatever `write` throws.
  package func write(_ write: ([UInt8]) throws -> Void) throws {
    let time = try records.last.map { try EntryReader.parse($0.entry).receivedAt.microseconds / 1_000_000 } ?? 0
    func put(_ name: String, _ bytes: [UInt8], isProgram: Bool = false) throws {
      try write(TarArchive.encode(.init(name, bytes, isProgram: isProgram), time: UInt64(max(0, time))))
    }
    try put("README", Array(BundleText.readme.utf8))
    try put("verify.sh", Array(BundleText.verifier.utf8), isProgram: true)
    try put("checkpoint", note.bytes)
    if let timestamp { try put("checkpoint.tsr", timestamp) }
    try put("keys", Array((BundleText.keysHead + keys.map { $0 + "\n" }.joined()).utf8))
    for (number, note) in rotations.enumerated() { try put("rotations/" + EvidenceBundle.number(number), note) }
    for (number, record) in records.enumerated() {
      let fields = try EntryReader.parse(record.entry)
      guard record.parts.isEmpty || fields.parts.count == record.parts.count else { throw EntryError("part") }
      let name = EvidenceBundle.number(number)
      try put("entries/\(name)", record.entry)
      try put("proofs/\(name).tlog-proof", LogProof(index: record.index, path: record.path, note: note).bytes)
      for (line, part) in zip(fields.parts, record.parts) {
        try put("parts/\(name).\(line.name.name)", part.salt + part.bytes)
      }
    }
    for (number, record) in own.enumerated() {
      let name = "log/" + EvidenceBundle.number(number)
      guard record.parts.count == 1 else { throw EntryError("part") }
      try put(name, record.entry)
      try put(name + ".tlog-proof", LogProof(index: record.index, path: record.path, note: note).bytes)
      let part = try EntryReader.parse(record.entry).kind == .access ? PartName.meta : .text
      try put(name + "." + part.name, record.parts[0].salt + record.parts[0].bytes)
    }
    try put("transcript.txt", transcript)
    try write(TarArchive.end)
  }

  static func number(_ value: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }
}
