import Signatures

/// What whoever checks a log has of its keys, as a file: lines `NAME+ID+KEY`, of the log and of witnesses, and changes of the log's
/// key as `steno keys --history` prints them.
package struct KeyFile: Sendable {
  /// Of the log, and of others.
  package private(set) var keys: [VerifierKey] = []
  package private(set) var rotations: [KeyRotation] = []

  package init(_ text: String) throws(NoteError) {
    guard text.utf8.count <= 1 << 20 else { throw NoteError(.malformed, "the file of keys is larger than 1 MiB") }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.first {
      if line == Substring(KeyRotation.opening) {
        rotations.append(try KeyFile.rotation(&lines))
      } else {
        lines.removeFirst()
        if !line.isEmpty { keys.append(try VerifierKey(line)) }
      }
    }
  }

  /// A log's keys, for each key of the file that signs a log; where changes are known, they are one.
  package var logs: [LogKeys] {
    get throws(NoteError) {
      var logs: [LogKeys] = []
      for key in keys where key.kind == .note {
        let changes = rotations.filter { $0.old.name == key.name }
        let log = try LogKeys(key, rotations: changes)
        if !logs.contains(log) { logs.append(log) }
      }
      return logs
    }
  }

  private static func rotation(_ lines: inout ArraySlice<Substring>) throws(NoteError) -> KeyRotation {
    var note = ""
    var hasSignatures = false
    while let line = lines.first, !hasSignatures || line.hasPrefix("\u{2014} ") {
      hasSignatures = hasSignatures || line.hasPrefix("\u{2014} ")
      note += line + "\n"
      lines.removeFirst()
    }
    return try KeyRotation(parsing: Array(note.utf8))
  }
}
