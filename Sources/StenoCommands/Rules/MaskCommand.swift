import ArgumentParser
import Foundation
import Policy

struct MaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mask", abstract: "Shows what masking makes of texts: all detectors on.",
    discussion: """
      Reads one JSON object a line ({"text": …}), writes one a line: the masked text, and what was found where
      (offsets in Unicode scalar values of the input).

      Example:
        echo '{"text":"card 4111 1111 1111 1111"}' | steno mask --format partial
      """)

  @Option(help: "full, partial or hash.") var format: MaskFormat = .full
  @Flag(help: "One dot for each character.") var keepLength = false

  func run() async throws {
    var scanner = SensitiveScanner(.all)
    let masker = ValueMasker(style: MaskStyle(format, keepsLength: keepLength), key: .random())
    var number = 0
    while let line = readLine(strippingNewline: true) {
      number += 1
      if line.allSatisfy(\.isWhitespace) { continue }
      guard let input = try? JSONDecoder().decode(Input.self, from: Data(line.utf8)) else {
        throw CommandFailure("line \(number) is no JSON object with text; write {\"text\": \"call 415-555-0132\"}")
      }
      try StandardOutput.json(MaskCommand.answer(input.text, &scanner, masker))
    }
  }

  static func answer(_ text: String, _ scanner: inout SensitiveScanner, _ masker: ValueMasker) -> Answer {
    let spans = scanner.scan(text)
    return Answer(text: masker.masked(text, spans), spans: positions(of: spans, in: text))
  }

  /// Byte offsets as offsets in scalars, in one walk.
  private static func positions(of spans: [DetectedSpan], in text: String) -> [Answer.Span] {
    var result: [Answer.Span] = []
    var scalar = 0
    var byte = 0
    var bytes = text.utf8.makeIterator()
    func advance(to end: Int) {
      while byte < end, let next = bytes.next() {
        if next & 0xC0 != 0x80 { scalar += 1 }
        byte += 1
      }
    }
    for span in spans {
      advance(to: span.range.lowerBound)
      let start = scalar
      advance(to: span.range.upperBound)
      result.append(Answer.Span(type: span.kind, start: start, end: scalar))
    }
    return result
  }

  private struct Input: Decodable {
    var text: String
  }

  struct Answer: Encodable {
    var text: String
    var spans: [Span]

    struct Span: Encodable {
      var type: DetectorKind
      var start: Int
      var end: Int
    }
  }
}

extension MaskFormat: ExpressibleByArgument {}
