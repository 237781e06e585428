import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel

// Before the client is let in, the gateway asks where the masked columns are: on the same connection, as the same user.
extension PostgresMachine {
  /// Bytes of the longest message that is read before the session.
  func longestLoginMessage(_ login: UpstreamLogin) -> Int {
    switch login.stage {
    // A view's definition is as long as it is.
    case .catalogue: max(settings.limits.upstreamMessage, settings.limits.startup * 4)
    case .authenticating, .accepted: settings.limits.startup * 4
    }
  }

  /// ReadyForQuery has come during the login.
  mutating func loginReady(_ login: UpstreamLogin) {
    switch login.stage {
    case .accepted:
      guard let masks = settings.masks, !masks.columns.isEmpty || !masks.discovers.isEmpty else {
        return openSession(login)
      }
      var login = login
      login.stage = .catalogue(MaskCatalogue(), views: [])
      phase = .upstreamLogin(login)
      var query = ByteBuffer()
      ServerMessage.write(&query, type: UInt8(ascii: "Q")) {
        $0.writeCString(masks.columns.isEmpty ? KnownColumns.query : MaskCatalogue.query(masks))
      }
      effects.append(.forward(query, to: .upstream))
    case .catalogue(var catalogue, let views):
      guard let masks = settings.masks, catalogue.highestTable > 0 || masks.columns.isEmpty else {
        return catalogueRefused()
      }
      catalogue.resolve(views, masks)
      masking?.catalogue = catalogue
      openSession(login)
    case .authenticating:
      violation(.upstream, "ReadyForQuery before the login")
    }
  }

  mutating func takeCatalogue(_ type: UInt8, _ body: ByteBuffer, _ login: UpstreamLogin) {
    guard case .catalogue(var catalogue, var views) = login.stage, let masks = settings.masks else {
      return violation(.upstream, "a message that has no place in a login")
    }
    guard type == UInt8(ascii: "D") else { return }
    let row = body.withUnsafeReadableBytes { raw -> [String]? in
      var cursor = WireCursor(raw)
      guard let count = cursor.readUInt16() else { return nil }
      var row: [String] = []
      for _ in 0..<count {
        guard let length = cursor.readInt32() else { return nil }
        guard length >= 0 else {
          row.append("")
          continue
        }
        guard let range = cursor.take(Int(length)) else { return nil }
        row.append(cursor.text(range))
      }
      return row
    }
    guard let row, catalogue.columns.count + views.count < MaskCatalogue.mostRows,
      catalogue.add(row, masks, &views)
    else { return catalogueRefused() }
    var login = login
    login.stage = .catalogue(catalogue, views: views)
    phase = .upstreamLogin(login)
  }

  /// The target does not answer. Where only names were asked for, columns are counted by number.
  mutating func catalogueFailed() {
    if settings.masks?.columns.isEmpty == false { catalogueRefused() }
  }

  /// Without knowing what is masked nothing may pass.
  mutating func catalogueRefused() {
    refuseLogin(
      code: "58000", "steno: where this connection's masked columns are could not be read from the target", note: true)
  }

  /// A session that makes tables, views or functions can put masked values where the catalogue did not see them.
  mutating func doubtMasksAfter(_ judgement: Judgement) {
    guard masking != nil else { return }
    // Into a setting among other places, which any text can be read from.
    if judgement.maskedUse?.reasons.contains(.copy) ?? false { masking?.catalogue.doubtEverything() }
    guard judgement.facts.statementClass != .read else { return }
    switch judgement.facts.kind {
    case "select", "insert", "update", "delete", "merge", "copy_to", "copy_from", "begin", "commit", "rollback",
      "savepoint", "release", "rollback_to", "set", "reset", "show", "explain", "declare_cursor", "fetch", "move",
      "close", "listen", "unlisten", "notify", "lock", "deallocate", "prepare", "execute", "empty", "discard",
      "set_constraints", "truncate", "analyze", "vacuum":
      return
    case _: masking?.catalogue.doubtEverything()
    }
  }

  mutating func noteMasks() {
    guard let masking, !masking.masks.columns.isEmpty else { return }
    note(
      "masks",
      "\(masking.catalogue.columns.count) masked columns in \(masking.catalogue.tables.count) tables and views")
  }
}
