/// Why there is no talking to the recorder. Each says what happened and what to do.
package enum RecorderClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nothing listens at this path.
  case noRecorder(String)
  /// The socket is there, but its permissions or the recorder's list of readers keep the caller out.
  case notAllowed(String)
  /// The recorder speaks another version of the query protocol.
  case version(ours: Int, theirs: Int)
  /// The recorder turned the caller away, in its own words.
  case refused(String)
  /// The connection ended before the answer came.
  case closed
  /// What came back is not the query protocol.
  case malformed(String)
  /// The socket could not be reached for another reason.
  case unreachable(path: String, reason: String)

  package var description: String {
    switch self {
    case .noRecorder(let path): "no recorder answers at \(path): start it with `steno up DIR`, or name another --config"
    case .notAllowed(let path): "not allowed to connect to \(path): ask for a place among the recorder's readers"
    case .version(let ours, let theirs):
      "the recorder speaks query protocol \(theirs), this program \(ours): use the same version of both"
    case .refused(let reason): "the recorder refused the connection: \(reason)"
    case .closed: "the recorder closed the connection: see its log, then try again"
    case .malformed(let detail): "the recorder's answer cannot be read (\(detail)): use the same version of both"
    case .unreachable(let path, let reason): "cannot reach the recorder at \(path): \(reason)"
    }
  }
}
