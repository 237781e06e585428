/// What a journal entry says happened. The raw value is the number on the ingest wire; `name` is what entries write.
package enum RecordKind: UInt8, Sendable, CaseIterable {
  /// `meta`: `SessionStart`.
  case sessionStart = 1
  /// `meta`: `RequestMeta`; `wire`: the client's bytes of this step; `text`: the statement where it is not in `wire`.
  case request = 2
  /// `wire`: further bytes of the same step's request (COPY data, a late Sync).
  case requestMore = 3
  /// `meta`: `ResponseMeta`; `wire`: bytes as forwarded to the client.
  case response = 4
  /// `meta`: `ExecutionMeta`. A held request was released, or refused, and that has been carried out.
  case execution = 5
  /// `meta`: `NoteMeta`. A violation, a cancel request, a notice of the gateway's own.
  case note = 6
  /// `meta`: `SessionEnd`.
  case sessionEnd = 7
  /// `meta`: `DecisionMeta`. Written by the recorder.
  case decision = 8
  /// `meta`: `AccessMeta`. Written by the recorder: who looked at what.
  case access = 9
  /// Written by the recorder at the head of each segment: open sessions and gateways' positions.
  case heads = 10
  /// `meta`: `RecorderMeta`. Written by the recorder: start, stop, a torn tail that was cut.
  case recorder = 11
  /// `text`: `Tombstone`; `meta`: `TombstoneMeta`. Written by the recorder before it deletes bodies.
  case tombstone = 12
  /// `meta`: `LegalHold`. Written by the recorder: a hold was placed or lifted.
  case legalHold = 13

  package var name: String {
    switch self {
    case .sessionStart: "session-start"
    case .request: "request"
    case .requestMore: "request-more"
    case .response: "response"
    case .execution: "execution"
    case .note: "note"
    case .sessionEnd: "session-end"
    case .decision: "decision"
    case .access: "access"
    case .heads: "heads"
    case .recorder: "recorder"
    case .tombstone: "tombstone"
    case .legalHold: "legal-hold"
    }
  }

  /// Whether retention may delete bodies of this kind: what was captured, and not who connected, decided, looked or deleted.
  package var isPrunable: Bool {
    switch self {
    case .request, .requestMore, .response, .note: true
    case .sessionStart, .execution, .sessionEnd, .decision, .access, .heads, .recorder, .tombstone, .legalHold: false
    }
  }

  package init?(name: some StringProtocol) {
    guard let kind = RecordKind.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// A named body of a record. The names are fixed: they stand in entries.
package enum PartName: UInt8, Sendable, CaseIterable {
  case meta = 1
  case wire = 2
  case text = 3
  /// What masks took out, in CMS envelopes that only the investigators open.
  case originals = 4

  package var name: String {
    switch self {
    case .meta: "meta"
    case .wire: "wire"
    case .text: "text"
    case .originals: "originals"
    }
  }

  package init?(name: some StringProtocol) {
    guard let part = PartName.allCases.first(where: { $0.name == name }) else { return nil }
    self = part
  }
}
