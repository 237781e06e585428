import SessionModel

extension RecordKind {
  /// `name` as bytes that need no `String`.
  var entryName: StaticString {
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
}

extension PartName {
  /// `name` as bytes that need no `String`.
  var entryName: StaticString {
    switch self {
    case .meta: "meta"
    case .wire: "wire"
    case .text: "text"
    case .originals: "originals"
    }
  }
}
