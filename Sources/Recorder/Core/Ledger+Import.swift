import Evidence
import SessionModel

extension Ledger {
  /// Appends one record of an imported session.
  func appendImported(_ record: OwnRecord, to session: SessionID) throws(LedgerError) {
    try beginSegment()
    var bodies: [(name: PartName, bytes: [UInt8])] = [(.meta, record.meta)]
    if let wire = record.wire { bodies.append((.wire, wire)) }
    if let text = record.text { bodies.append((.text, text)) }
    let claimed = record.claimedAt.flatMap { $0.isWritable ? $0 : nil }
    _ = try appendBodies(record.kind, session: session, bodies: bodies, claimedAt: claimed)
  }

  /// Ends the imports that a recorder before this one was in the middle of: nobody will go on with them.
  func endCutImports() throws(LedgerError) {
    let open = sessions.filter { $0.value.lane == GatewayName.recorder }.keys.sorted()
    for session in open {
      _ = try appendOwn(
        .sessionEnd, session: session,
        meta: SessionEnd(reason: "import cut: the recorder stopped", graceful: false, steps: 0, failed: true))
    }
  }
}
