import SessionModel
import Signatures

/// Reads entries, strictly: whatever does not come out byte for byte the same when written again is no entry.
package enum EntryReader {
  package static func parse(_ entry: [UInt8]) throws(EntryError) -> EntryFields {
    let result = entry.withUnsafeBytes { bytes in
      Result { () throws(EntryError) in try EntryView(reading: bytes) }
    }
    return try result.get().fields
  }
}
