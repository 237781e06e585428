/// One token as PostgreSQL's scanner reports it: protobuf `ScanToken` of libpg_query 15.
struct ScannedToken {
  var start: Int
  var end: Int
  /// Number in the grammar: an ASCII code for single characters, else one of `Number`.
  var number: Int
  /// 0 for none, 1 unreserved, 2 column name, 3 type or function name, 4 reserved.
  var keyword: Int

  /// The few numbers that matter here (libpg_query 15, `pg_query.proto`, enum `Token`).
  enum Number {
    static let identifier = 258
    static let unicodeIdentifier = 259
    static let decimal = 260
    static let string = 261
    static let unicodeString = 262
    static let bits = 263
    static let hexBits = 264
    static let `operator` = 265
    static let integer = 266
    static let parameter = 267
    static let lineComment = 275
    static let blockComment = 276
  }

  var isComment: Bool { number == Number.lineComment || number == Number.blockComment }

  var kind: SyntaxToken.Kind {
    if keyword != 0 { return .keyword }
    switch number {
    case Number.identifier, Number.unicodeIdentifier: return .identifier
    case Number.string, Number.unicodeString, Number.bits, Number.hexBits: return .string
    case Number.decimal, Number.integer: return .number
    case Number.parameter: return .parameter
    case Number.lineComment, Number.blockComment: return .comment
    default: break
    }
    switch number {
    case 0x28, 0x29, 0x2c, 0x2e, 0x3a, 0x3b, 0x5b, 0x5d: return .punctuation
    default: return .operator
    }
  }
}

/// Reads libpg_query's `ScanResult` without a protobuf library: field 2 is a repeated message of varints.
struct ScannedTokenReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// The next token; `nil` at the end, or where the bytes are not what was expected.
  mutating func next() -> ScannedToken? {
    while position < bytes.count {
      guard let key = varint() else { return nil }
      if key == 2 << 3 | 2 {
        guard let length = varint(), length <= bytes.count - position else { return nil }
        return token(end: position + length)
      }
      guard skip(wireType: key & 7) else { return nil }
    }
    return nil
  }

  private mutating func token(end: Int) -> ScannedToken? {
    var token = ScannedToken(start: 0, end: 0, number: 0, keyword: 0)
    while position < end {
      guard let key = varint() else { return nil }
      guard key & 7 == 0 else {
        guard skip(wireType: key & 7) else { return nil }
        continue
      }
      guard let value = varint() else { return nil }
      switch key >> 3 {
      case 1: token.start = value
      case 2: token.end = value
      case 4: token.number = value
      case 5: token.keyword = value
      default: break
      }
    }
    return token.start <= token.end ? token : nil
  }

  private mutating func varint() -> Int? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count, shift < 63 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value <= UInt64(Int32.max) ? Int(value) : nil }
      shift += 7
    }
    return nil
  }

  private mutating func skip(wireType: Int) -> Bool {
    switch wireType {
    case 0: return varint() != nil
    case 2:
      guard let length = varint(), length <= bytes.count - position else { return false }
      position += length
      return true
    default: return false
    }
  }
}
