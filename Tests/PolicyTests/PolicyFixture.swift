import Foundation

/// Tables of cases, shipped ones and those of the data beside the project, found from this file's place.
enum PolicyFixture {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func lines<Line: Decodable>(_ name: String) -> [Line] {
    decode(root.appendingPathComponent("fixtures/policy/\(name)"))
  }

  /// `nil` where the corpus is not there.
  static func corpus<Line: Decodable>(_ name: String) -> [Line]? {
    let file = root.deletingLastPathComponent().appendingPathComponent("shared/data/\(name)")
    return FileManager.default.fileExists(atPath: file.path) ? decode(file) : nil
  }

  private static func decode<Line: Decodable>(_ file: URL) -> [Line] {
    let data = (try? Data(contentsOf: file)) ?? Data()
    return data.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Line.self, from: Data($0)) }
  }
}
