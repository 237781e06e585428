/// Why the journal cannot be read or written. The detail never contains captured data.
package struct JournalError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable {
    /// Another process has the journal open for writing.
    case locked
    /// The disk is full, or a quota or a file size limit is reached.
    case full
    /// The system could not read or write.
    case storage
    /// A record that may have been acknowledged is not what it was.
    case damaged
    /// A record that was there is gone, or the directory misses a segment.
    case missing
    /// An earlier write failed: this writer takes nothing more.
    case failed
    /// The record exceeds what a frame may hold.
    case tooLarge
  }

  package var code: Code
  /// The record that it is about, where one is.
  package var record: UInt64?
  package var detail: String

  package init(_ code: Code, record: UInt64? = nil, detail: String) {
    self.code = code
    self.record = record
    self.detail = detail
  }

  package var description: String {
    if let record { return "journal: record \(record): \(detail)" }
    return "journal: \(detail)"
  }
}
