import Configuration
import Foundation
import Journal
import SessionModel
import Signatures

/// Finds a decision in a store and checks its signature against the configured key, without the recorder.
enum SignedDecisionCheck {
  static func holds(_ configuration: StenoConfiguration, request: LeafHash) throws -> Bool {
    let directory = configuration.recorder.store
    let records = try JournalVerifier(directory: directory).verify().records
    let cursor = JournalCursor(directory: directory)
    while let record = try cursor.next(limit: records) {
      guard record.fields.kind == .decision, let json = record.body(.meta),
        let decision = try? JSONDecoder().decode(DecisionMeta.self, from: Data(json)), decision.request == request,
        let signed = decision.signed, let statement = ApprovalStatement(signed.statement),
        let signature = SSHSignature(armoured: signed.signature)
      else { continue }
      let key = configuration.approvers.first { $0.name == statement.approver }?.key
      return statement.request == request && signature.namespace == ApprovalStatement.namespace
        && signature.key == key.flatMap(SSHPublicKey.init(line:)) && signature.verifies(Array(signed.statement.utf8))
    }
    return false
  }
}
