import Evidence
import Index
import QueryProtocol
import SessionModel
import Signatures

extension QueryDesk {
  /// Bytes of the longest reason that an access record holds.
  private static let unsealingReasonLimit = 1000

  /// Sends what masks took out of a step, as it is sealed: the recorder cannot open it.
  func sendOriginals(of session: SessionID, step: Int, reason: String, _ reply: Reply) async throws {
    let words = reason.utf8.filter { $0 > 0x20 }
    guard !words.isEmpty, reason.utf8.count <= Self.unsealingReasonLimit else {
      throw QueryFailure(
        code: .malformed, message: "unsealing needs a reason, of at most \(Self.unsealingReasonLimit) bytes")
    }
    guard let view = try await read({ try $0.step(step, of: session) }) else {
      throw QueryFailure(code: .notFound, message: "session \(session) has no step \(step)")
    }
    if let pruned = view.pruned {
      throw QueryFailure(code: .notFound, message: "step \(step) of \(session): \(pruned.text)")
    }
    let references = try await read {
      try $0.records(ofStep: step, session: session, kinds: [.request, .requestMore, .response])
    }
    for reference in references {
      let record: StoredRecord?
      do {
        record = try await readJournal { try $0.records(at: [reference.index]).first }
      } catch {
        throw QueryFailure(
          code: .unavailable, message: "record \(reference.index) cannot be read from the journal: run steno verify")
      }
      guard let record, let body = record.bodies.first(where: { $0.name == .originals }) else { continue }
      let items: [EvidencePiece.Item] = [
        .record(index: record.index, entry: StrictBase64.encode(record.entry), path: []),
        .part(salt: StrictBase64.encode(body.salt), bytes: StrictBase64.encode(body.bytes)),
      ]
      try await reply(.evidence(EvidencePiece(items: items)), false)
    }
    try await reply(.evidence(EvidencePiece()), true)
  }
}
