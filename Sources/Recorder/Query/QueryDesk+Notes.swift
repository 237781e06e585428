import QueryProtocol
import SessionModel

extension QueryDesk {
  /// Sets down what a reader says of a session. Whoever may look may do so: it is on record under their name, and changes nothing
  /// of what was recorded.
  func note(_ note: Annotation, _ caller: Caller) async throws {
    guard note.isWellFormed else {
      throw QueryFailure(
        code: .malformed,
        message: "a note needs a text of at most \(Annotation.limit) bytes, or a mark of one letter or digit")
    }
    guard let summary = try await read({ try $0.session(note.session) }) else {
      throw QueryFailure(code: .notFound, message: "no session \(note.session)")
    }
    if let step = note.step, try await read({ try $0.step(step, of: note.session) }) == nil {
      throw QueryFailure(code: .notFound, message: "session \(summary.id) has no step \(step)")
    }
    let said = [note.mark.map { "mark \($0)" }, note.text.isEmpty ? nil : String(note.text.prefix(200))]
    let access = AccessMeta(
      by: caller.name, action: "note", detail: said.compactMap(\.self).joined(separator: ": "), note: note)
    do { try await gate.record(access) } catch {
      log.error("a note could not be recorded", metadata: ["reason": "\(error)"])
      throw QueryFailure(code: .unavailable, message: "not noted: the journal did not take it; see the recorder's log")
    }
  }
}
