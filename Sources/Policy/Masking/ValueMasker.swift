/// Writes what stands in a sensitive value's place.
package struct ValueMasker: Sendable {
  package var style: MaskStyle
  package var key: MaskKey

  package init(style: MaskStyle, key: MaskKey) {
    self.style = style
    self.key = key
  }

  /// Appends the replacement of one value.
  ///
  /// - Parameter kind: What the value was found to be; `nil` for a whole column's value.
  package func append(_ value: UnsafeBufferPointer<UInt8>, kind: DetectorKind?, to output: inout [UInt8]) {
    switch style.format {
    case .full: appendDots(style.keepsLength ? ValueMasker.scalars(value) : 4, to: &output)
    case .partial: appendPartial(value, kind: kind, to: &output)
    case .hash:
      output += Array("hmac:".utf8)
      output += key.tag(value)
    }
  }

  /// Appends a text with its sensitive spans replaced. The spans are in order and within the text.
  package func append(_ text: UnsafeBufferPointer<UInt8>, spans: [DetectedSpan], to output: inout [UInt8]) {
    var at = 0
    for span in spans {
      output.append(contentsOf: text[at..<span.range.lowerBound])
      append(UnsafeBufferPointer(rebasing: text[span.range]), kind: span.kind, to: &output)
      at = span.range.upperBound
    }
    output.append(contentsOf: text[at...])
  }

  package func masked(_ text: String, _ spans: [DetectedSpan]) -> String {
    var text = text
    var output: [UInt8] = []
    text.withUTF8 { append($0, spans: spans, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  private func appendPartial(_ value: UnsafeBufferPointer<UInt8>, kind: DetectorKind?, to output: inout [UInt8]) {
    let scalars = ValueMasker.scalars(value)
    if kind == .email, let sign = value.lastIndex(of: UInt8(ascii: "@")) {
      let local = UnsafeBufferPointer(rebasing: value[..<sign])
      appendDots(style.keepsLength ? ValueMasker.scalars(local) : 4, to: &output)
      output.append(contentsOf: value[sign...])
      return
    }
    guard kind != .secret, scalars >= 8 else {
      return appendDots(style.keepsLength ? scalars : 4, to: &output)
    }
    var tail = value.count
    for _ in 0..<4 {
      tail -= 1
      while tail > 0, value[tail] & 0xC0 == 0x80 { tail -= 1 }
    }
    appendDots(style.keepsLength ? scalars - 4 : 4, to: &output)
    if !style.keepsLength { output.append(UInt8(ascii: " ")) }
    output.append(contentsOf: value[max(0, tail)...])
  }

  private func appendDots(_ count: Int, to output: inout [UInt8]) {
    for _ in 0..<count {
      output.append(0xE2)
      output.append(0x80)
      output.append(0xA2)
    }
  }

  private static func scalars(_ value: UnsafeBufferPointer<UInt8>) -> Int {
    value.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }
}
