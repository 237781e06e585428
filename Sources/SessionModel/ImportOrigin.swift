/// Where an imported session comes from, in its first record. All of it is what the importer's program says of the file.
package struct ImportOrigin: Codable, Equatable, Sendable {
  /// Who imported it: the caller of the query socket.
  package var by: String
  /// The file's name, without its folder.
  package var file: String
  /// SHA-256 of the whole file, lower-case hexadecimal.
  package var digest: String
  /// Bytes of the file.
  package var size: Int64
  /// `asciicast 2`, `asciicast 3`, `react`, `har`.
  package var format: String
  /// Which of the file's sessions, from 1, where it holds several.
  package var part: Int?
  /// When it happened, as the file says.
  package var recorded: Timestamp?
  /// The terminal's size at the start, of a shell recording.
  package var columns: Int?
  package var rows: Int?

  package init(
    by: String, file: String, digest: String, size: Int64, format: String, part: Int? = nil,
    recorded: Timestamp? = nil, columns: Int? = nil, rows: Int? = nil
  ) {
    self.by = by
    self.file = file
    self.digest = digest
    self.size = size
    self.format = format
    self.part = part
    self.recorded = recorded
    self.columns = columns
    self.rows = rows
  }
}
