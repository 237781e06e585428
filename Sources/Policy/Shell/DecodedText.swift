import Foundation

/// What decoders make of a text that is known: base64, base32 is left to the unknown, hexadecimal.
enum DecodedText {
  static func text(_ program: String, _ arguments: [String], _ given: String) -> String? {
    guard given.utf8.count <= ShellWalker.maximumValue * 2, !given.contains(ShellArgument.gap) else { return nil }
    switch program {
    case "base64", "gbase64":
      guard arguments.contains(where: { $0 == "-d" || $0 == "-D" || $0.hasPrefix("--d") || $0 == "-di" || $0 == "-id" })
      else {
        return nil
      }
      return base64(given)
    case "openssl":
      guard arguments.contains("-d"), arguments.contains(where: { $0 == "base64" || $0 == "-base64" || $0 == "-a" })
      else {
        return nil
      }
      return base64(given)
    case "xxd":
      guard arguments.contains(where: { $0.hasPrefix("-") && $0.contains("r") }) else { return nil }
      return hexadecimal(given)
    default: return nil
    }
  }

  private static func base64(_ text: String) -> String? {
    guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  static func hexadecimal(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text where !character.isWhitespace {
      guard let digit = character.hexDigitValue.flatMap(UInt8.init(exactly:)) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
