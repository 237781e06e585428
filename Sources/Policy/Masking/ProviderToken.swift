/// Tokens whose first characters name who gave them, and JSON web tokens.
enum ProviderToken {
  private struct Form: Sendable {
    var prefix: StaticString
    var minimum: Int
    var alphabet: Alphabet = .url

    init(_ prefix: StaticString, _ minimum: Int, _ alphabet: Alphabet = .url) {
      self.prefix = prefix
      self.minimum = minimum
      self.alphabet = alphabet
    }
  }

  private enum Alphabet: Sendable {
    /// Upper-case letters and digits.
    case upper
    case hex
    case alphanumeric
    /// Letters, digits, `-` and `_`.
    case url
    /// And `.`, `/`, `+`, `=`.
    case wide

    @inline(__always)
    func has(_ byte: UInt8) -> Bool {
      switch self {
      case .upper: return byte.isASCIIUppercase || byte.isASCIIDigit
      case .hex: return byte.isASCIIHexDigit
      case .alphanumeric: return byte.isASCIIAlphanumeric
      case .url: return byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      case .wide:
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+"),
          UInt8(ascii: "="):
          return true
        case _: return byte.isASCIIAlphanumeric
        }
      }
    }
  }

  /// By first byte, so that most places are decided by one look.
  private static let forms: [[Form]] = {
    var table = [[Form]](repeating: [], count: 128)
    for form in all { table[Int(form.prefix.utf8Start[0] & 0x7F)].append(form) }
    return table
  }()

  private static let all: [Form] = [
    Form("AKIA", 16, .upper), Form("ASIA", 16, .upper), Form("ABIA", 16, .upper), Form("ACCA", 16, .upper),
    Form("AIza", 30), Form("ya29.", 20, .wide), Form("GOCSPX-", 20), Form("1//0", 30),
    Form("ghp_", 30, .alphanumeric), Form("gho_", 30, .alphanumeric), Form("ghu_", 30, .alphanumeric),
    Form("ghs_", 30, .wide), Form("ghr_", 30, .alphanumeric), Form("github_pat_", 40), Form("glpat-", 20),
    Form("gldt-", 20), Form("glrt-", 20), Form("glptt-", 20), Form("glcbt-", 20), Form("ATATT3", 60, .wide),
    Form("ATBB", 24, .alphanumeric), Form("xoxb-", 20), Form("xoxp-", 20), Form("xoxa-", 20), Form("xoxr-", 20),
    Form("xoxs-", 20), Form("xoxe", 20, .wide), Form("xapp-", 20), Form("sk_live_", 16), Form("sk_test_", 16),
    Form("rk_live_", 16), Form("rk_test_", 16), Form("whsec_", 20, .wide), Form("pk_live_", 16), Form("sk-ant-", 30),
    Form("sk-proj-", 20), Form("sk-svcacct-", 20), Form("sk-or-", 20), Form("sk-", 32), Form("gsk_", 32),
    Form("xai-", 32), Form("r8_", 30), Form("hf_", 30, .alphanumeric), Form("pplx-", 32), Form("SG.", 40, .wide),
    Form("npm_", 30, .alphanumeric), Form("pypi-AgE", 40), Form("rubygems_", 40, .hex), Form("dckr_pat_", 20),
    Form("dop_v1_", 40, .hex), Form("doo_v1_", 40, .hex), Form("dor_v1_", 40, .hex), Form("shpat_", 30, .hex),
    Form("shpss_", 30, .hex), Form("shpca_", 30, .hex), Form("shppa_", 30, .hex), Form("sq0atp-", 20),
    Form("sq0csp-", 30), Form("EAAA", 50), Form("key-", 32, .hex), Form("SK", 32, .hex), Form("hvs.", 20, .wide),
    Form("hvb.", 20, .wide), Form("dapi", 32, .hex), Form("lin_api_", 32), Form("lin_oauth_", 32), Form("ntn_", 40),
    Form("secret_", 40, .alphanumeric), Form("figd_", 30), Form("PMAK-", 50), Form("NRAK-", 25), Form("NRJS-", 19),
    Form("glsa_", 32), Form("glc_", 32, .wide), Form("sntrys_", 40, .wide), Form("sntryu_", 60, .hex),
    Form("nfp_", 36), Form("CFPAT-", 40), Form("tfp_", 40), Form("pul-", 40, .hex), Form("fly_", 40, .wide),
    Form("FlyV1 ", 40, .wide), Form("sbp_", 40, .hex), Form("sb_secret_", 20), Form("pscale_tkn_", 30, .wide),
    Form("pscale_pw_", 30, .wide), Form("doppler_", 30), Form("dp.pt.", 40, .wide),
    Form("AGE-SECRET-KEY-1", 58, .upper),
    Form("tskey-", 20), Form("EZAK", 50), Form("HRKU-", 30), Form("rnd_", 28), Form("napi_", 32), Form("vercel_", 24),
  ]

  private static let longest = 512

  static func range(_ text: ByteView, at start: Int) -> Range<Int>? {
    let first = text[start]
    if first == UInt8(ascii: "e"), let end = webTokenEnd(text, start) { return start..<end }
    for form in forms[Int(first & 0x7F)] where text.matchesExactly(form.prefix, at: start) {
      let body = start + form.prefix.utf8CodeUnitCount
      var end = body
      // Looked at within a bound, so that prefix upon prefix costs no more than the text's length; taken whole.
      while form.alphabet.has(text[end]), end - body < longest { end += 1 }
      // A full stop or an equals sign at the end is the sentence's.
      while end > body, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
      guard end - body >= form.minimum else { continue }
      if form.alphabet == .url || form.alphabet == .alphanumeric, !isMixed(text, body..<end) { continue }
      while end - body >= longest, form.alphabet.has(text[end]) { end += 1 }
      if form.alphabet != .wide, SecretDetector.isTokenByte(text[end]) { continue }
      return start..<end
    }
    return nil
  }

  /// Words joined by hyphens are no token: one has digits.
  private static func isMixed(_ text: ByteView, _ range: Range<Int>) -> Bool {
    range.contains { text[$0].isASCIIDigit }
  }

  /// RFC 7515, section 7.1: three parts in base64url, the first of which is a JSON object.
  private static func webTokenEnd(_ text: ByteView, _ start: Int) -> Int? {
    guard text.matchesExactly("eyJ", at: start), !Alphabet.url.has(text[start - 1]) else { return nil }
    var end = start
    var dots = 0
    var partStart = start
    while Alphabet.url.has(text[end]) || text[end] == UInt8(ascii: ".") {
      if text[end] == UInt8(ascii: ".") {
        guard end - partStart >= 4 || dots >= 2 else { break }
        dots += 1
        partStart = end + 1
        if dots > 4 { break }
      }
      end += 1
    }
    while end > start, text[end - 1] == UInt8(ascii: ".") {
      end -= 1
      dots -= 1
    }
    return dots >= 1 && end - start >= 20 ? end : nil
  }
}
