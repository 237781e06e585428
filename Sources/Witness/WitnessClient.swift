import Evidence
import Signatures

/// A log's side of a witness.
package struct WitnessClient: Sendable {
  package enum Outcome: Equatable, Sendable {
    /// The witness has cosigned; the signature is its own where its key is known.
    case cosigned(SignedNote.Signature)
    /// The witness has seen so many records, more than the log has.
    case behind(UInt64)
    /// The log is another one than the witness has seen.
    case forked(UInt64)
    /// The witness knows no such log, or not its key.
    case refused(status: UInt)
    /// No answer, or none that can be used; nothing is said about the log.
    case unreachable(String)
  }

  package let address: WitnessAddress
  /// The witness's key; nil to believe what it answers, which proves nothing.
  package let key: VerifierKey?

  package init(address: WitnessAddress, key: VerifierKey?) {
    self.address = address
    self.key = key
  }

  /// Asks for a cosignature.
  /// - Parameters:
  ///   - known: Size that the witness is thought to have seen; its own word corrects it.
  ///   - proof: Makes the consistency proof from a smaller size to the checkpoint's.
  package func cosign(
    _ signed: SignedCheckpoint, known: UInt64, proof: (UInt64) throws -> [SHA256.Digest]
  ) async -> Outcome {
    let size = signed.checkpoint.size
    var old = min(known, size)
    // Once for what is thought, once for what the witness says; a third time for one that has grown meanwhile.
    for _ in 0..<3 {
      let answer: WitnessConnection.Answer
      do {
        let request = AddCheckpoint(old: old, proof: try proof(old), note: signed.note)
        answer = try await WitnessConnection.post(request.bytes, to: address)
      } catch {
        return .unreachable("\(error)")
      }
      switch answer.status {
      case 200: return accepted(answer.body, signed)
      case 409:
        guard answer.type == "text/x.tlog.size", let text = String(validating: answer.body, as: UTF8.self),
          text.hasSuffix("\n"), let seen = DecimalText.read(text.dropLast())
        else { return .unreachable("its answer is none of the protocol") }
        if seen > size { return .behind(seen) }
        if seen == old { return .forked(seen) }
        old = seen
      case 422: return .forked(old)
      case 400...499: return .refused(status: answer.status)
      case _: return .unreachable("it answers with status \(answer.status)")
      }
    }
    return .unreachable("its size changes with each answer")
  }

  private func accepted(_ body: [UInt8], _ signed: SignedCheckpoint) -> Outcome {
    guard let signatures = try? SignedNote.signatures(parsing: body), let first = signatures.first else {
      return .unreachable("its cosignature cannot be read")
    }
    guard let key else { return .cosigned(first) }
    for signature in signatures where signature.name == key.name && signature.keyID == key.keyID {
      let note = SignedNote(text: signed.note.text, signatures: [signature])
      if (try? note.verified(by: [key])) != nil { return .cosigned(signature) }
    }
    return .unreachable("its cosignature is not one of its key")
  }
}
