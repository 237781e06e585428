/// Turns a terminal's bytes into keys, pastes and focus changes.
///
/// Bracketed paste (`ESC [ 200 ~` … `ESC [ 201 ~`) and focus reports (`ESC [ I`, `ESC [ O`) arrive in the same stream as keys. What
/// is not understood is dropped whole, never split into letters that mean something: an answer of the terminal is not a command.
package struct KeyDecoder: Sendable {
  package enum Event: Equatable, Sendable {
    case key(Key)
    case pasted(String)
    case focus(Bool)
    case mouse(Mouse)
  }

  /// Bytes of a paste that are kept; the rest is dropped.
  package static let maximumPaste = 64 << 10
  /// Bytes of one control sequence; a longer one is dropped to its end.
  package static let maximumSequence = 64

  private enum State: Sendable {
    case ground
    case escape
    /// After `ESC [` or `ESC O`.
    case sequence(introducer: UInt8, bytes: [UInt8])
    /// A string of the terminal's own (OSC, DCS, APC, PM, SOS), up to ST or BEL.
    case string(escaped: Bool)
    case paste(bytes: [UInt8], tail: [UInt8])
    case scalar(bytes: [UInt8], missing: Int)
  }

  private var state = State.ground

  package init() {}

  /// True when a lone `ESC` may be the key, or the start of more: ask again after a short time with `flush`.
  package var isWaiting: Bool {
    switch state {
    case .escape, .sequence, .scalar: true
    case .ground, .string, .paste: false
    }
  }

  /// The time for the rest of a sequence is over.
  package mutating func flush() -> [Event] {
    defer { state = .ground }
    switch state {
    case .escape: return [.key(.escape)]
    case .sequence(let introducer, let bytes):
      return bytes.isEmpty ? [.key(.alt(Character(Unicode.Scalar(introducer))))] : []
    case .ground, .string, .paste, .scalar: return []
    }
  }

  package mutating func decode(_ bytes: some Sequence<UInt8>) -> [Event] {
    var events: [Event] = []
    for byte in bytes { take(byte, &events) }
    return events
  }

  private mutating func take(_ byte: UInt8, _ events: inout [Event]) {
    switch state {
    case .ground: ground(byte, &events)
    case .escape:
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "O"): state = .sequence(introducer: byte, bytes: [])
      case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
        state = .string(escaped: false)
      case 0x1B: events.append(.key(.escape))
      case 0x20..<0x7F:
        state = .ground
        events.append(.key(.alt(Character(Unicode.Scalar(byte)))))
      default:
        state = .ground
        events.append(.key(.escape))
        ground(byte, &events)
      }
    case .sequence(let introducer, var bytes):
      if byte == 0x1B {
        state = .escape
      } else if byte >= 0x40, byte < 0x7F {
        state = .ground
        finish(introducer, bytes, byte, &events)
      } else if bytes.count < KeyDecoder.maximumSequence {
        bytes.append(byte)
        state = .sequence(introducer: introducer, bytes: bytes)
      }
    case .string(let escaped):
      if byte == 0x07 || (escaped && byte == UInt8(ascii: "\\")) {
        state = .ground
      } else {
        state = .string(escaped: byte == 0x1B)
      }
    case .paste(var bytes, var tail):
      tail.append(byte)
      if tail.count > KeyDecoder.endOfPaste.count { tail.removeFirst() }
      if bytes.count < KeyDecoder.maximumPaste + KeyDecoder.endOfPaste.count { bytes.append(byte) }
      if tail == KeyDecoder.endOfPaste {
        if bytes.suffix(6) == KeyDecoder.endOfPaste[...] { bytes.removeLast(6) }
        state = .ground
        events.append(.pasted(String(decoding: bytes.prefix(KeyDecoder.maximumPaste), as: UTF8.self)))
      } else {
        state = .paste(bytes: bytes, tail: tail)
      }
    case .scalar(var bytes, let missing):
      guard byte & 0xC0 == 0x80 else {
        state = .ground
        ground(byte, &events)
        return
      }
      bytes.append(byte)
      if missing > 1 {
        state = .scalar(bytes: bytes, missing: missing - 1)
      } else {
        state = .ground
        let text = String(decoding: bytes, as: UTF8.self)
        if text.unicodeScalars.count == 1, text != "\u{FFFD}", let character = text.first {
          events.append(.key(.character(character)))
        }
      }
    }
  }

  private static let endOfPaste: [UInt8] = Array("\u{1B}[201~".utf8)

  private mutating func ground(_ byte: UInt8, _ events: inout [Event]) {
    switch byte {
    case 0x1B: state = .escape
    case 0x0D, 0x0A: events.append(.key(.enter))
    case 0x09: events.append(.key(.tab))
    case 0x7F, 0x08: events.append(.key(.backspace))
    case 0x01...0x1A: events.append(.key(.control(Character(Unicode.Scalar(byte + 0x60)))))
    case 0x00, 0x1C...0x1F: break
    case 0x20..<0x7F: events.append(.key(.character(Character(Unicode.Scalar(byte)))))
    case 0xC2...0xDF: state = .scalar(bytes: [byte], missing: 1)
    case 0xE0...0xEF: state = .scalar(bytes: [byte], missing: 2)
    case 0xF0...0xF4: state = .scalar(bytes: [byte], missing: 3)
    default: break
    }
  }

  /// `ESC [ < button ; column ; row M`, as `?1006` reports; a release (`m`) is nothing. Source: XTerm, "Extended coordinates".
  private func mouse(_ bytes: [UInt8]) -> Event? {
    let numbers = bytes.dropFirst().split(separator: UInt8(ascii: ";")).map { Int(String(decoding: $0, as: UTF8.self)) }
    guard numbers.count == 3, let button = numbers[0], let x = numbers[1], let y = numbers[2], (1...10_000).contains(x),
      (1...10_000).contains(y)
    else { return nil }
    switch button {
    case 0: return .mouse(Mouse(.press, x: x - 1, y: y - 1))
    case 64: return .mouse(Mouse(.wheelUp, x: x - 1, y: y - 1))
    case 65: return .mouse(Mouse(.wheelDown, x: x - 1, y: y - 1))
    default: return nil
    }
  }

  private mutating func finish(_ introducer: UInt8, _ bytes: [UInt8], _ last: UInt8, _ events: inout [Event]) {
    if introducer == UInt8(ascii: "["), bytes.first == UInt8(ascii: "<") {
      if last == UInt8(ascii: "M"), let event = mouse(bytes) { events.append(event) }
      return
    }
    let parameter = bytes.prefix { $0 != UInt8(ascii: ";") }
    switch last {
    case UInt8(ascii: "A"): events.append(.key(.up))
    case UInt8(ascii: "B"): events.append(.key(.down))
    case UInt8(ascii: "C"): events.append(.key(.right))
    case UInt8(ascii: "D"): events.append(.key(.left))
    case UInt8(ascii: "H"): events.append(.key(.home))
    case UInt8(ascii: "F"): events.append(.key(.end))
    case UInt8(ascii: "Z"): events.append(.key(.backTab))
    case UInt8(ascii: "M") where introducer == UInt8(ascii: "O"): events.append(.key(.enter))
    case UInt8(ascii: "I") where introducer == UInt8(ascii: "[") && bytes.isEmpty: events.append(.focus(true))
    case UInt8(ascii: "O") where introducer == UInt8(ascii: "[") && bytes.isEmpty: events.append(.focus(false))
    case UInt8(ascii: "~"):
      switch String(decoding: parameter, as: UTF8.self) {
      case "1", "7": events.append(.key(.home))
      case "4", "8": events.append(.key(.end))
      case "3": events.append(.key(.delete))
      case "5": events.append(.key(.pageUp))
      case "6": events.append(.key(.pageDown))
      case "200": state = .paste(bytes: [], tail: [])
      default: break
      }
    default: break
    }
  }
}
