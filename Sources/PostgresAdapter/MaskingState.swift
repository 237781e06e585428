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
  /// What is hidden of requests, where that is kept for the investigators.
  var requestOriginals = OriginalValues()
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

  /// - Parameter keepsOriginals: What is taken out goes on record, sealed.
  init(_ masks: MaskSet, keepsOriginals: Bool = false) {
    self.masks = masks
    rows = RowMasker(masks)
    rows.originals.isKept = keepsOriginals
    requestOriginals.isKept = keepsOriginals
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

  /// A text that says nothing of where it comes from: withheld where columns are masked, else looked through.
  /// - Returns: `nil` where it passes.
  mutating func besideColumns(_ text: UnsafeBufferPointer<UInt8>, as column: String) -> [UInt8]? {
    guard !masks.columns.isEmpty else { return rows.beside(text, as: column) }
    guard !text.isEmpty else { return nil }
    rows.tally.withheld(column, rule: masks.anyRule)
    rows.originals.add(text, column: column, rule: masks.anyRule, row: nil)
    return []
  }

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
