import Foundation
import NIOCore
import NIOSSL
import Signatures
import Synchronization

/// One end of a line on which both ends show certificates: TLS 1.3 and nothing older.
///
/// The files are read again when one of them has changed, for the next connection: a renewed certificate needs no restart.
package final class MutualTLS: Sendable {
  package enum Role: Sendable, Equatable {
    case server
    /// - Parameter host: Name or address that the server's certificate must be for.
    case client(host: String)
  }

  /// Why a line cannot be made or goes no further; fit for a log.
  package struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
  }

  private struct Loaded: Sendable {
    var stamps: [Int64]
    var context: NIOSSLContext
    var authorities: CertificateAuthorities
  }

  private let files: MutualTLSFiles
  private let role: Role
  private let loaded: Mutex<Loaded>

  /// - Throws: `Fault` naming the file that cannot be used.
  package init(_ files: MutualTLSFiles, role: Role) throws(Fault) {
    self.files = files
    self.role = role
    loaded = Mutex(try MutualTLS.load(files, role))
  }

  /// Puts TLS in front of a channel's other handlers.
  /// - Returns: what is known of the other end, once the handshake is done.
  /// - Precondition: called on the channel's event loop.
  package func secure(_ channel: any Channel) throws -> PeerCheck {
    let loaded = current()
    let check = PeerCheck(eventLoop: channel.eventLoop)
    let (purpose, host): (CertificateAuthorities.Purpose, String?) =
      switch role {
      case .server: (.client, nil)
      case .client(let host): (.server, host)
      }
    let verify: @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void = {
      chain, promise in
      do {
        let chain = try chain.map { try $0.toDERBytes() }
        try loaded.authorities.check(chain: chain, purpose: purpose, host: host)
        check.passed(chain.first.flatMap(PeerCertificate.init(der:)))
        promise.succeed(.certificateVerified)
      } catch {
        check.failed("the certificate is refused: \(error)")
        promise.succeed(.failed)
      }
    }
    switch role {
    case .server:
      try channel.pipeline.syncOperations.addHandler(
        NIOSSLServerHandler(context: loaded.context, customVerificationCallback: verify), position: .first)
    case .client(let host):
      // An address has no name to send.
      let name = (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
      try channel.pipeline.syncOperations.addHandler(
        NIOSSLClientHandler(context: loaded.context, serverHostname: name, customVerificationCallback: verify),
        position: .first)
    }
    return check
  }

  /// What is loaded, anew where a file has changed. A renewal that is half done leaves the line as it was.
  private func current() -> Loaded {
    loaded.withLock { loaded in
      let stamps = MutualTLS.stamps(files)
      if stamps != loaded.stamps, let renewed = try? MutualTLS.load(files, role) { loaded = renewed }
      return loaded
    }
  }

  private static func stamps(_ files: MutualTLSFiles) -> [Int64] {
    [files.certificate, files.key, files.authorities].flatMap { file -> [Int64] in
      var status = stat()
      guard stat(file, &status) == 0 else { return [0] }
      return [Int64(status.st_ino), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec), Int64(status.st_size)]
    }
  }

  private static func load(_ files: MutualTLSFiles, _ role: Role) throws(Fault) -> Loaded {
    let stamps = stamps(files)
    let authorities: CertificateAuthorities
    do { authorities = try CertificateAuthorities(file: files.authorities) } catch {
      throw Fault(description: error.description)
    }
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.fromPEMFile(files.certificate) } catch {
      throw Fault(description: "\(files.certificate) holds no certificate in PEM")
    }
    let key: NIOSSLPrivateKey
    do { key = try NIOSSLPrivateKey(file: files.key, format: .pem) } catch {
      throw Fault(description: "\(files.key) holds no private key in PEM")
    }
    do {
      var configuration: TLSConfiguration
      switch role {
      case .server:
        configuration = .makeServerConfiguration(
          certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      case .client:
        configuration = .makeClientConfiguration()
        configuration.certificateChain = chain.map { .certificate($0) }
        configuration.privateKey = .privateKey(key)
      }
      configuration.minimumTLSVersion = .tlsv13
      configuration.trustRoots = .file(files.authorities)
      // A certificate must be shown; what it says is checked by `CertificateAuthorities`, which says what is wrong.
      configuration.certificateVerification = .noHostnameVerification
      return Loaded(stamps: stamps, context: try NIOSSLContext(configuration: configuration), authorities: authorities)
    } catch {
      throw Fault(description: "\(files.certificate) and \(files.key) do not belong together")
    }
  }
}
