/// What a person set down beside a recorded session: a remark, a mark, or both.
///
/// It is a record of the log with its author and time, so it is never changed: a mark that moves is a new note, and the newest of
/// one author and letter counts.
package struct SessionNote: Codable, Equatable, Sendable {
  /// Journal index of the record that says so.
  package var seq: UInt64
  package var at: Timestamp
  /// The author's name, as the recorder knows them.
  package var by: String
  package var session: SessionID
  /// `nil` where it is about the whole session.
  package var step: Int?
  /// One letter or digit.
  package var mark: String?
  /// Empty for a mark alone.
  package var text: String

  package init(
    seq: UInt64, at: Timestamp, by: String, session: SessionID, step: Int?, mark: String?, text: String
  ) {
    self.seq = seq
    self.at = at
    self.by = by
    self.session = session
    self.step = step
    self.mark = mark
    self.text = text
  }

  enum CodingKeys: String, CodingKey {
    case seq, at, by, session, step, mark, text
  }

  /// Writes all names always, `null` where there is nothing.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seq, forKey: .seq)
    try container.encode(at, forKey: .at)
    try container.encode(by, forKey: .by)
    try container.encode(session, forKey: .session)
    try container.encode(step, forKey: .step)
    try container.encode(mark, forKey: .mark)
    try container.encode(text, forKey: .text)
  }
}

/// What an access record says of a note.
package struct Annotation: Codable, Equatable, Sendable {
  /// Bytes of a note's text.
  package static let limit = 4096

  package var session: SessionID
  package var step: Int?
  package var mark: String?
  package var text: String

  package init(session: SessionID, step: Int?, mark: String?, text: String) {
    self.session = session
    self.step = step
    self.mark = mark
    self.text = text
  }

  /// A mark is one letter or digit; without one there has to be a text. Neither is longer than its limit.
  package var isWellFormed: Bool {
    let isMark = mark.map {
      $0.count == 1 && $0.utf8.count <= 8 && ($0.first?.isLetter == true || $0.first?.isNumber == true)
    }
    let isBlank = text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    return (isMark ?? !isBlank) && text.utf8.count <= Annotation.limit && (step ?? 1) > 0
  }
}
