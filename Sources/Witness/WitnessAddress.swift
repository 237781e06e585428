/// Where a witness is: `http://HOST[:PORT][/PREFIX]`.
package struct WitnessAddress: Hashable, Sendable, CustomStringConvertible {
  package let host: String
  package let port: Int
  /// Without a slash at its end.
  package let prefix: String

  /// `nil` for anything else; other schemes are not spoken.
  package init?(_ text: String) {
    guard text.hasPrefix("http://"), text.utf8.count <= 1024, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      return nil
    }
    let rest = text.dropFirst(7)
    let authority = rest.prefix { $0 != "/" }
    var path = String(rest.dropFirst(authority.count))
    while path.hasSuffix("/") { path.removeLast() }
    let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, !name.contains("@"), !path.contains("?"), !path.contains("#") else {
      return nil
    }
    host = String(name)
    prefix = path
    if parts.count == 2 {
      guard let number = Int(parts[1]), (1...65_535).contains(number) else { return nil }
      port = number
    } else {
      port = 80
    }
  }

  package var description: String { "http://\(host):\(port)\(prefix)" }
}
