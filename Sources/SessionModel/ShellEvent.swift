/// One thing that happened in a shell, as records carry it: what, and when; the bytes stand in the record's `wire`.
package struct ShellEvent: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// The next `bytes` of the record's `wire` went to the terminal.
    case output(bytes: Int)
    /// The next `bytes` of the record's `wire` were typed.
    case input(bytes: Int)
    case resize(columns: Int, rows: Int)
    /// The step begins with a mark of the recording's own; its label is the step's text.
    case marker
    case exit(status: Int)
  }

  /// Microseconds since the recording began.
  package var at: Int64
  package var kind: Kind

  package init(at: Int64, kind: Kind) {
    self.at = at
    self.kind = kind
  }

  /// Bytes of `wire` that it stands for.
  package var bytes: Int {
    switch kind {
    case .output(let bytes), .input(let bytes): bytes
    case .resize, .marker, .exit: 0
    }
  }
}

/// The events of one record, in order, written as words: a letter, microseconds since the event before it (the first: since the recording
/// began), and what belongs to it.
///
/// `o1500,34` output of 34 bytes; `i20,1` input; `r0,80x24` a new size; `m0` a mark; `x0,1` an exit with status 1.
package struct ShellEvents: Equatable, Sendable {
  /// Events of one record at most.
  package static let limit = 4096

  package var list: [ShellEvent]

  package init(_ list: [ShellEvent] = []) {
    self.list = list
  }

  package var text: String {
    var words: [String] = []
    var before: Int64 = 0
    for event in list {
      let wait = event.at - before
      before = event.at
      switch event.kind {
      case .output(let bytes): words.append("o\(wait),\(bytes)")
      case .input(let bytes): words.append("i\(wait),\(bytes)")
      case .resize(let columns, let rows): words.append("r\(wait),\(columns)x\(rows)")
      case .marker: words.append("m\(wait)")
      case .exit(let status): words.append("x\(wait),\(status)")
      }
    }
    return words.joined(separator: " ")
  }

  /// Reads the written form; `nil` where it is another, has too many events, or numbers that no recording has.
  package init?(_ text: String) {
    list = []
    var at: Int64 = 0
    for word in text.utf8.split(separator: UInt8(ascii: " ")) {
      guard list.count < ShellEvents.limit, let letter = word.first else { return nil }
      let parts = word.dropFirst().split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      guard let wait = parts.first.flatMap(ShellEvents.number), wait <= 1 << 52, parts.count <= 2 else { return nil }
      at += wait
      guard at <= 1 << 53 else { return nil }
      let value = parts.count == 2 ? parts[1] : nil
      let kind: ShellEvent.Kind
      switch (letter, value) {
      case (UInt8(ascii: "o"), let value?):
        guard let bytes = ShellEvents.number(value), bytes <= 1 << 30 else { return nil }
        kind = .output(bytes: Int(bytes))
      case (UInt8(ascii: "i"), let value?):
        guard let bytes = ShellEvents.number(value), bytes <= 1 << 30 else { return nil }
        kind = .input(bytes: Int(bytes))
      case (UInt8(ascii: "r"), let value?):
        let sides = value.split(separator: UInt8(ascii: "x"), omittingEmptySubsequences: false)
        guard sides.count == 2, let columns = ShellEvents.number(sides[0]), let rows = ShellEvents.number(sides[1]),
          columns <= 65_535, rows <= 65_535
        else { return nil }
        kind = .resize(columns: Int(columns), rows: Int(rows))
      case (UInt8(ascii: "m"), nil): kind = .marker
      case (UInt8(ascii: "x"), let value?):
        guard let status = ShellEvents.number(value), status <= 255 else { return nil }
        kind = .exit(status: Int(status))
      case _: return nil
      }
      list.append(ShellEvent(at: at, kind: kind))
    }
  }

  private static func number(_ digits: Substring.UTF8View.SubSequence) -> Int64? {
    guard !digits.isEmpty, digits.count <= 18 else { return nil }
    var value: Int64 = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      value = value * 10 + Int64(digit - 0x30)
    }
    return value
  }
}

/// What a record's meta says of a shell beside what it is by its kind: `RequestMeta` and `ResponseMeta` have the key `shell` then,
/// and a `requestMore` of a shell has only these two.
package struct ShellMeta: Codable, Equatable, Sendable {
  package var step: Int
  /// `ShellEvents.text`.
  package var shell: String?

  package init(step: Int, shell: String?) {
    self.step = step
    self.shell = shell
  }
}

/// A meta with the key `shell` beside its own.
package struct MetaWithShell<Meta: Encodable>: Encodable {
  package var meta: Meta
  package var shell: String?

  private enum Key: String, CodingKey {
    case shell
  }

  package init(_ meta: Meta, shell: String?) {
    self.meta = meta
    self.shell = shell
  }

  package func encode(to encoder: any Encoder) throws {
    try meta.encode(to: encoder)
    guard let shell else { return }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(shell, forKey: .shell)
  }
}
