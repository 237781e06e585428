import Foundation
import Glibc
import Signatures

/// The little of ssh-agent that signing needs: which keys it has, and a signature by one of them.
///
/// Source: OpenSSH, PROTOCOL.agent; draft-miller-ssh-agent, sections 4.4 and 4.5.
struct SSHAgent {
  /// Longest answer accepted, in bytes; OpenSSH's own limit.
  private static let limit = 256 << 10
  /// Seconds for one answer: a person may have to confirm.
  private static let patience = 60

  let path: String

  /// The agent that the environment names.
  static func fromEnvironment() -> SSHAgent? {
    ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : SSHAgent(path: $0) }
  }

  /// The agent's keys, of the kinds known here.
  /// - Throws: `CommandFailure` when it cannot be asked.
  func keys() throws -> [SSHPublicKey] {
    var reader = try ask([11], answer: 12)
    guard let count = reader.uint32(), count <= 4096 else { throw broken }
    var keys: [SSHPublicKey] = []
    for _ in 0..<count {
      guard let blob = reader.string(maximum: 32 << 10), reader.string(maximum: 32 << 10) != nil else { throw broken }
      if let key = SSHPublicKey(blob: blob) { keys.append(key) }
    }
    return keys
  }

  func sign(_ message: [UInt8], namespace: String, with key: SSHPublicKey) throws -> SSHSignature {
    guard let signed = SSHSignature.signedBytes(message, namespace: namespace, hash: .sha512) else {
      throw CommandFailure("OpenSSL has no SHA-512; repair its installation")
    }
    var request = SSHWriter()
    request.write(raw: [13])
    request.write(key.blob)
    request.write(signed)
    // RSA with SHA-512; other kinds ignore the flag.
    request.write(4 as UInt32)
    var reader = try ask(request.bytes, answer: 14)
    guard let value = reader.string(maximum: 16 << 10), reader.isAtEnd else { throw broken }
    let signature = SSHSignature(key: key, namespace: namespace, hash: .sha512, value: value)
    guard signature.verifies(message) else { throw broken }
    return signature
  }

  private var broken: CommandFailure {
    CommandFailure("ssh-agent at \(path) refused, or gave no valid answer; check `ssh-add -l`, or use --key FILE")
  }

  private func ask(_ request: [UInt8], answer: UInt8) throws -> SSHReader {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw unreachable }
    defer { close(descriptor) }
    var wait = timeval(tv_sec: Self.patience, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &wait, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room else { throw unreachable }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else { throw unreachable }
    var frame = SSHWriter()
    frame.write(request)
    var rest = frame.bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw unreachable }
      rest = rest.dropFirst(count)
    }
    var head = SSHReader(try receive(4, descriptor))
    guard let length = head.uint32(), length >= 1, length <= Self.limit else { throw broken }
    var reader = SSHReader(try receive(Int(length), descriptor))
    guard reader.byte() == answer else { throw broken }
    return reader
  }

  private func receive(_ count: Int, _ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(count, 65_536))
    while bytes.count < count {
      let read = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { throw broken }
      bytes += buffer[..<read]
    }
    return bytes
  }

  private var unreachable: CommandFailure {
    CommandFailure("ssh-agent at \(path) cannot be reached; start it, or use --key FILE")
  }
}
