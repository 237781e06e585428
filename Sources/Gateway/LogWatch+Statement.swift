import Evidence
import IngestProtocol
import Signatures

extension LogWatch.Statement {
  init(_ statement: IngestReply.LogStatement) {
    self.init(
      key: statement.key, note: Array(statement.note.readableBytesView), old: statement.old,
      consistency: statement.consistency.map { SHA256.Digest($0) },
      receipt: statement.index.map { ($0, statement.inclusion.map { SHA256.Digest($0) }) },
      rotations: statement.rotations.map { Array($0.readableBytesView) })
  }
}
