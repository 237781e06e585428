import Foundation
import Glibc
import Signatures

/// `ssh-keygen -Y sign`, for keys with a passphrase and kinds that are not signed with here. It asks on the terminal itself.
enum SSHKeygen {
  static func sign(_ message: [UInt8], namespace: String, keyFile: String) throws -> SSHSignature {
    guard let keygen = Tool.find("ssh-keygen") else {
      throw CommandFailure("\(keyFile) needs ssh-keygen, which is not installed; add the key to ssh-agent instead")
    }
    var template = Array("/tmp/steno-sign-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CommandFailure("cannot make a folder in /tmp; is it full?") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try NewFile.write(String(decoding: message, as: UTF8.self), to: "\(folder)/statement", mode: 0o600)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let words = [keygen, "-q", "-Y", "sign", "-n", namespace, "-f", keyFile, "\(folder)/statement"]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var child: pid_t = 0
    guard posix_spawn(&child, keygen, &actions, nil, &arguments, environ) == 0 else {
      throw CommandFailure("ssh-keygen cannot be started; add the key to ssh-agent instead")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status == 0, let data = FileManager.default.contents(atPath: "\(folder)/statement.sig"),
      let signature = SSHSignature(armoured: String(decoding: data, as: UTF8.self)), signature.verifies(message)
    else { throw CommandFailure("ssh-keygen did not sign with \(keyFile); is the passphrase right?") }
    return signature
  }
}
