/// Bytes that are not an entry. Names the line that is wrong, never its contents.
package struct EntryError: Error, Equatable, Sendable, CustomStringConvertible {
  package var detail: String

  package init(_ detail: String) {
    self.detail = detail
  }

  package var description: String { "entry: \(detail)" }
}
