/// A JSON text as indented, coloured lines, folded below a depth.
struct JSONText {
  /// Longest text that is read, in bytes.
  static let maximum = 256 << 10
  /// Deepest nesting that is read.
  private static let deepest = 64

  private enum Value {
    /// A string with its quotes, a number or a word, as it stands.
    case scalar(String, Role)
    case list([Value])
    case object([(key: String, value: Value)])
  }

  private let value: Value

  /// - Returns: `nil` for what is no JSON object or list, or too large.
  init?(_ text: String) {
    guard let first = text.unicodeScalars.first(where: { $0 != " " && $0 != "\n" && $0 != "\r" && $0 != "\t" }),
      first == "{" || first == "[", text.utf8.count <= JSONText.maximum
    else { return nil }
    var reader = Reader(bytes: Array(text.utf8))
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self.value = value
  }

  /// - Parameters:
  ///   - depth: Levels that are open; what lies deeper is one line that says how much it holds.
  ///   - maximum: Lines made at most.
  func lines(depth: Int, width: Int, maximum: Int) -> Lines {
    var writer = Writer(depth: depth, width: width, maximum: maximum)
    writer.write(value, level: 0, head: Spans(), tail: "")
    if writer.isCut { writer.lines.append(Spans("… more than fits here", .uiBadge)) }
    return writer.lines
  }

  private struct Writer {
    let depth: Int
    let width: Int
    let maximum: Int
    var lines: Lines = []
    var isCut = false

    mutating func put(_ line: Spans, level: Int) {
      guard lines.count < maximum else {
        isCut = true
        return
      }
      var whole = Spans(SafeText(String(repeating: " ", count: min(level * 2, width / 2))))
      whole.append(line)
      lines.append(whole.prefix(width))
    }

    mutating func write(_ value: Value, level: Int, head: Spans, tail: SafeText) {
      guard !isCut else { return }
      var line = head
      switch value {
      case .scalar(let text, let role):
        line.append(SafeText(text, limit: width), role)
        line.append(tail, .textDim)
        put(line, level: level)
      case .list(let items):
        guard open(items.count, "[", "]", "item", "items", level, &line, tail) else { return }
        for (index, item) in items.enumerated() {
          write(item, level: level + 1, head: Spans(), tail: index + 1 < items.count ? "," : "")
        }
        put(Spans("]" + tail, .textDim), level: level)
      case .object(let members):
        guard open(members.count, "{", "}", "key", "keys", level, &line, tail) else { return }
        for (index, member) in members.enumerated() {
          var head = Spans(SafeText(member.key, limit: width), .kindRequest)
          head.append(": ", .textDim)
          write(member.value, level: level + 1, head: head, tail: index + 1 < members.count ? "," : "")
        }
        put(Spans("}" + tail, .textDim), level: level)
      }
    }

    /// Begins what holds others; false where it is empty or folded, and so done with.
    private mutating func open(
      _ count: Int, _ begin: SafeText, _ end: SafeText, _ one: String, _ many: String, _ level: Int,
      _ line: inout Spans, _ tail: SafeText
    ) -> Bool {
      if count > 0, level < depth {
        line.append(begin, .textDim)
        put(line, level: level)
        return true
      }
      line.append(begin, .textDim)
      if count > 0 {
        line.append(" … ", .uiBadge)
        line.append(Format.plural(count, one, many), .textDim)
        line.append(" ")
      }
      line.append(end + tail, .textDim)
      put(line, level: level)
      return false
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    var isAtEnd: Bool {
      mutating get {
        skip()
        return position == bytes.count
      }
    }

    private mutating func skip() {
      while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      skip()
      guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func value(depth: Int) -> Value? {
      guard depth < JSONText.deepest else { return nil }
      skip()
      guard position < bytes.count else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["): return list(depth)
      case UInt8(ascii: "\""): return string().map { .scalar($0, .codeString) }
      default: return word()
      }
    }

    private mutating func object(_ depth: Int) -> Value? {
      position += 1
      var members: [(key: String, value: Value)] = []
      if take("}") { return .object([]) }
      repeat {
        skip()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let key = string(), take(":"),
          let value = value(depth: depth + 1)
        else { return nil }
        members.append((key, value))
      } while take(",")
      return take("}") ? .object(members) : nil
    }

    private mutating func list(_ depth: Int) -> Value? {
      position += 1
      var items: [Value] = []
      if take("]") { return .list([]) }
      repeat {
        guard let value = value(depth: depth + 1) else { return nil }
        items.append(value)
      } while take(",")
      return take("]") ? .list(items) : nil
    }

    /// The string as it is written, with its quotes and escapes.
    private mutating func string() -> String? {
      let start = position
      position += 1
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "\\"): position += 2
        case UInt8(ascii: "\""):
          position += 1
          return String(decoding: bytes[start..<position], as: UTF8.self)
        default: position += 1
        }
      }
      return nil
    }

    private mutating func word() -> Value? {
      let start = position
      while position < bytes.count, isWord(bytes[position]) { position += 1 }
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      if ["true", "false", "null"].contains(text) { return .scalar(text, .codeKeyword) }
      guard Double(text) != nil, text.first?.isLetter == false else { return nil }
      return .scalar(text, .codeNumber)
    }

    private func isWord(_ byte: UInt8) -> Bool {
      byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
    }
  }
}
