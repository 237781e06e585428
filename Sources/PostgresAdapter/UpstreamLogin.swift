import NIOCore

/// Where the gateway's own login at the target stands.
struct UpstreamLogin: Sendable {
  enum Stage: Sendable {
    /// The StartupMessage has been sent.
    case authenticating(TargetAuthentication)
    /// AuthenticationOk has come; settings follow, up to ReadyForQuery.
    case accepted
    /// Where the masked columns are has been asked.
    case catalogue(MaskCatalogue, views: [MaskCatalogue.View])
  }

  var stage: Stage
  /// ParameterStatus and notices, to be passed on as they are.
  var passed = ByteBuffer()
}
