import Foundation

/// The segments of a journal, by the index of their first record.
package struct JournalDirectory: Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// Indices of the segments' first records, ascending. Files with other names are passed over.
  package func segments() throws(JournalError) -> [UInt64] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw JournalError(.storage, detail: "the directory cannot be listed")
    }
    return names.compactMap { SegmentFormat.firstIndex(fileName: $0) }.sorted()
  }

  package func path(ofSegment firstIndex: UInt64) -> String {
    path + "/" + SegmentFormat.fileName(firstIndex: firstIndex)
  }

  /// Bytes of all segments, the zeros ahead of the last one's records included.
  package func storedBytes() throws(JournalError) -> Int64 {
    var total: Int64 = 0
    for segment in try segments() {
      var status = stat()
      if stat(path(ofSegment: segment), &status) == 0 { total += Int64(status.st_size) }
    }
    return total
  }
}
