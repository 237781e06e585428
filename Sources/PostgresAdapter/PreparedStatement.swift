import NIOCore
import Policy

/// A statement that the client has prepared by a Parse, as the server will know it.
final class PreparedStatement: Sendable {
  /// Texts up to this many bytes stand again in the record of every execution.
  static let repeatedText = 4096
  /// Longer texts are not kept for a second judgement; their class is then unknown.
  static let keptText = 1 << 20

  let name: String
  /// `nil` when longer than `keptText`.
  let text: String?
  /// For a record's `text` part; `nil` when longer than `repeatedText`.
  let textPart: ByteBuffer?
  let textLength: Int
  let judgement: Judgement
  /// Revision of the context that it was judged in.
  let revision: Int
  /// Types of its parameters, 0 where unknown.
  let types: [UInt32]
  /// Number of the step whose record holds its Parse.
  let step: Int
  /// Number of the batch that holds its Parse, and where in it the text is.
  let batch: Int
  let textOffset: Int
  /// Number of the pipeline segment that prepared it.
  let segment: Int

  init(
    name: String, text: String?, textPart: ByteBuffer?, textLength: Int, judgement: Judgement, revision: Int,
    types: [UInt32], step: Int, batch: Int, textOffset: Int, segment: Int
  ) {
    self.name = name
    self.text = text
    self.textPart = textPart
    self.textLength = textLength
    self.judgement = judgement
    self.revision = revision
    self.types = types
    self.step = step
    self.batch = batch
    self.textOffset = textOffset
    self.segment = segment
  }

  /// The same statement with the parameter types that the server has named.
  func described(_ types: [UInt32]) -> PreparedStatement {
    PreparedStatement(
      name: name, text: text, textPart: textPart, textLength: textLength, judgement: judgement, revision: revision,
      types: types, step: step, batch: batch, textOffset: textOffset, segment: segment)
  }

  /// Whether both come from the same Parse.
  static func same(_ left: PreparedStatement?, _ right: PreparedStatement?) -> Bool {
    left?.batch == right?.batch && left?.textOffset == right?.textOffset
  }

  /// Bytes that it keeps.
  var kept: Int { 256 + (text?.utf8.count ?? 0) + (textPart?.readableBytes ?? 0) + types.count * 4 }
}
