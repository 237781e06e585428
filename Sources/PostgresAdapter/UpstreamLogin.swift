import NIOCore
import Signatures

/// Where the gateway's own login at the target stands.
struct UpstreamLogin: Sendable {
  enum Stage: Sendable {
    /// The StartupMessage has been sent.
    case started
    /// A password has been sent.
    case answered
    case scramFirst(ScramClient)
    case scramFinal(ScramClient)
    case scramVerified
    /// AuthenticationOk has come; settings follow, up to ReadyForQuery.
    case accepted
    /// Where the masked columns are has been asked.
    case catalogue(MaskCatalogue, views: [MaskCatalogue.View])
  }

  var stage = Stage.started
  /// ParameterStatus and notices, to be passed on as they are.
  var passed = ByteBuffer()
  /// How the target wanted it, for a note.
  var method = "trust"
}
