import Foundation

@testable import Policy

/// Reads the data that lies beside the project, where it is there.
enum MaskingCorpus {
  static func lines<Row: Decodable>(_ name: String, of type: Row.Type) throws -> [Row]? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "../shared/data/\(name)").standardizedFileURL
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(type, from: $0) }
  }

  struct StringRow: Decodable {
    var recognizer: String
    var text: String
    var expected: Int

    enum CodingKeys: String, CodingKey {
      case recognizer, text
      case expected = "expected_len"
    }
  }

  struct TextRow: Decodable {
    var text: String
    var spans: [Span]

    struct Span: Decodable, Hashable {
      var type: String
      var start: Int
      var end: Int
    }
  }
}

/// Recall and precision of one kind.
struct CorpusScore {
  var right = 0
  var missed = 0
  var wrong = 0

  var recall: Double { Double(right) / Double(max(1, right + missed)) }
  var precision: Double { Double(right) / Double(max(1, right + wrong)) }
}

extension SensitiveScanner {
  /// What is found, in Unicode scalars.
  mutating func scalarSpans(_ text: String) -> [(kind: DetectorKind, range: Range<Int>)] {
    let bytes = Array(text.utf8)
    func scalars(_ byte: Int) -> Int { bytes[..<byte].count { $0 & 0xC0 != 0x80 } }
    return scan(text).map { ($0.kind, scalars($0.range.lowerBound)..<scalars($0.range.upperBound)) }
  }
}
