import SessionModel

/// Reads the run out of a `traceparent`: `00-TRACEID-PARENTID-FLAGS`.
///
/// Source: W3C Trace Context, section 3.2.
enum TraceParent {
  /// The trace id, 32 lower-case hexadecimal digits; `nil` where the claim is not one, or is all zeros.
  static func run(_ claim: String?) -> String? {
    guard let claim else { return nil }
    let parts = claim.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32,
      let bytes = Hexadecimal.decode(parts[1]), bytes.contains(where: { $0 != 0 })
    else { return nil }
    return Hexadecimal.encode(bytes)
  }
}
