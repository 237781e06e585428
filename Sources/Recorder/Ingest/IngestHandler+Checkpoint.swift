import Evidence
import IngestProtocol
import NIOCore
import SessionModel
import Signatures

// A gateway sees that the log that holds its records only grows.
extension IngestHandler {
  func show(_ head: PublishedLog.Head, lane: Lane) {
    let checkpoint = head.signed.checkpoint
    guard let seen, !seen.isShown || checkpoint.size > seen.size,
      let key = head.signed.signatures.first(where: { $0.key.kind == .note })?.key
    else { return }
    let hasher = SHA256()
    let hashes = head.hashes()
    var statement = IngestReply.LogStatement(
      key: key.description, note: ByteBuffer(bytes: head.signed.bytes), old: seen.size, consistency: [], index: nil,
      inclusion: [], rotations: (core.published.keys?.rotations ?? []).map { ByteBuffer(bytes: $0.bytes) })
    do {
      // A gateway that has seen more than there is says so itself.
      if seen.size <= checkpoint.size {
        statement.consistency = try ConsistencyProof.make(
          from: seen.size, to: checkpoint.size, in: hashes, with: hasher
        ).map(\.leaf)
      }
      if let index = lane.frameEnd(below: checkpoint.size) {
        statement.index = index
        statement.inclusion = try InclusionProof.path(
          index: index, size: checkpoint.size, in: hashes, with: hasher
        ).map(\.leaf)
      }
    } catch {
      core.log.error("no proof for a gateway", metadata: ["reason": "\(error)"])
      return
    }
    self.seen = (checkpoint.size, true)
    var buffer = ByteBuffer()
    IngestReply.checkpoint(statement).write(to: &buffer)
    send(buffer)
  }
}
