import NIOCore
import Policy

/// What one session's masking knows: which columns are masked, and what the results under way consist of.
struct MaskingState: Sendable {
  struct StatementKey: Hashable, Sendable {
    var batch: Int
    var offset: Int

    init(_ statement: PreparedStatement) {
      batch = statement.batch
      offset = statement.textOffset
    }
  }

  let masks: MaskSet
  var rows: RowMasker
  var requestSecrets = RequestSecrets()
  var catalogue = MaskCatalogue()
  let reader = LineageReader()
  /// Plan of the rows that come now; `nil` until the first of them.
  var plan: RowPlan?
  var copy: CopyMasker?
  var statements: [StatementKey: RowPlan] = [:]
  /// The portal is kept, so that its identity is not another's.
  var portals: [ObjectIdentifier: (portal: Portal, plan: RowPlan)] = [:]
  private var statementBound = 512
  private var portalBound = 64

  init(_ masks: MaskSet) {
    self.masks = masks
    rows = RowMasker(masks)
  }

  mutating func remember(_ plan: RowPlan, for statement: PreparedStatement, live: [ServerName: PreparedStatement]) {
    if statements.count >= statementBound {
      let keys = Set(live.values.map(StatementKey.init))
      statements = statements.filter { keys.contains($0.key) }
      statementBound = max(512, statements.count * 2)
    }
    statements[StatementKey(statement)] = plan
  }

  mutating func remember(_ plan: RowPlan, for portal: Portal, live: [ServerName: Portal]) {
    if portals.count >= portalBound {
      let keys = Set(live.values.map(ObjectIdentifier.init))
      portals = portals.filter { keys.contains($0.key) }
      portalBound = max(64, portals.count * 2)
    }
    portals[ObjectIdentifier(portal)] = (portal, plan)
  }

  /// The plan of a portal's rows, from its own description or its statement's.
  func plan(of portal: Portal) -> RowPlan {
    if let known = portals[ObjectIdentifier(portal)] { return known.plan }
    guard let statement = portal.statement, let known = statements[StatementKey(statement)] else { return .unknown }
    return known.bound(portal.resultFormats)
  }

  /// Masks one row of a COPY.
  mutating func appendCopy(_ message: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
    guard let copy, copy.row(message, &rows) else { return }
    if rows.line.isEmpty { output.writeBytes(message) } else { output.writeBytes(rows.line) }
  }

  /// Looks at one row of a COPY that passes as it is.
  mutating func watchCopy(_ message: UnsafeRawBufferPointer) { copy?.watch(message, &rows) }

  /// What judging needs to know of masked columns.
  var namesForJudging: MaskedNames? { masks.columns.isEmpty ? nil : catalogue.names }

  /// Rows that the client sends now go into a masked column.
  var hidesCopy = false
  /// Bytes of a CopyData message whose begin stands in an earlier record.
  var copyRest = 0

  /// Whether secrets are looked for, in requests too.
  var hidesRequests: Bool { masks.detectors.has(.secret) }

  /// What a text's statement returns.
  func lineage(_ text: String?, statement index: Int) -> StatementLineage {
    guard let text, let read = reader.read(text, catalogue.names), read.indices.contains(index) else {
      return StatementLineage(outputs: .unknown)
    }
    return read[index]
  }
}
