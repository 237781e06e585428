import SessionModel
import Signatures

extension BundleCheck {
  /// What can be read of a bundle that is broken: its records before the bad one, each with the bodies that its entry commits to.
  ///
  /// Nothing of it is proven: it is for looking at what is wrong.
  package static func readable(_ archive: [UInt8], before bad: Int?) -> [StoredRecord] {
    guard let files = try? TarArchive.decode(archive) else { return [] }
    var records: [StoredRecord] = []
    while records.count < bad ?? .max, let file = files["entries/" + EvidenceBundle.number(records.count)] {
      let entry = Array(file)
      guard let fields = try? EntryReader.parse(entry), fields.sseq == UInt64(records.count), fields.session != nil,
        fields.session == records.first?.fields.session ?? fields.session
      else { break }
      var bodies: [StoredRecord.Body] = []
      for part in fields.parts {
        guard let file = files["parts/\(EvidenceBundle.number(records.count)).\(part.name.name)"] else { continue }
        let salt = Array(file.prefix(Commitment.saltLength))
        let bytes = Array(file.dropFirst(Commitment.saltLength))
        guard bytes.count == part.length, Commitment.hash(salt: salt, bytes: bytes) == part.commitment else { continue }
        bodies.append(StoredRecord.Body(name: part.name, salt: salt, bytes: bytes))
      }
      // A record has all of its bodies or none.
      records.append(
        StoredRecord(
          index: UInt64(records.count), fields: fields, entry: entry, leaf: Leaf.hash(entry),
          bodies: bodies.count == fields.parts.count ? bodies : []))
    }
    return records
  }
}
