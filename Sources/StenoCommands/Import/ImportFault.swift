/// Where and why a file cannot be read on. Never what stands there.
struct ImportFault: Error, Equatable, CustomStringConvertible {
  /// From 1; nil where a file is no sequence of lines.
  var line: Int?
  var reason: String

  var description: String { line.map { "line \($0): \(reason)" } ?? reason }
}
