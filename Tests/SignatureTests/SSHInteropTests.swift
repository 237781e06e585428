import Foundation
import Signatures
import Testing

@Suite("SSH signatures and ssh-keygen", .enabled(if: !SSHTool.isMissing, "ssh-keygen is not installed here"))
struct SSHInteropTests {
  static let message = "steno-decision 1\norigin a/b\n"

  @Test(
    "A signature that ssh-keygen makes is accepted, and is not for another message",
    arguments: [
      ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "384"], ["-t", "ecdsa", "-b", "521"],
      ["-t", "rsa", "-b", "2048"], ["-t", "rsa", "-b", "3072"],
    ])
  func accepts(kind: [String]) throws {
    let tool = try SSHTool()
    defer { tool.remove() }
    #expect(try tool.run(["-q"] + kind + ["-N", "", "-C", "a comment", "-f", tool.file("key")]) == 0)
    for hash in ["sha256", "sha512"] {
      try tool.write(Self.message, to: "message")
      #expect(
        try tool.run(
          [
            "-Y", "sign", "-n", "steno-approval", "-O", "hashalg=\(hash)", "-f", tool.file("key"), tool.file("message"),
          ]) == 0)
      let signature = try #require(SSHSignature(armoured: tool.read("message.sig")))
      try FileManager.default.removeItem(atPath: tool.file("message.sig"))
      let line = try tool.read("key.pub").split(separator: "\n").first.map(String.init)
      #expect(signature.key == SSHPublicKey(line: line ?? ""))
      #expect(signature.namespace == "steno-approval")
      #expect(signature.hash.rawValue == hash)
      #expect(signature.verifies(Array(Self.message.utf8)))
      #expect(!signature.verifies(Array((Self.message + " ").utf8)))
      #expect(!signature.verifies([]))
    }
  }

  @Test("A signature with a key of ours is accepted by ssh-keygen -Y verify, and refused over another message")
  func accepted() throws {
    let tool = try SSHTool()
    defer { tool.remove() }
    let pair = SSHPrivateKey()
    try tool.write("approver \(pair.publicKey.line)\n", to: "allowed")
    try tool.write(
      try #require(pair.sign(Array(Self.message.utf8), namespace: "steno-approval")).armoured, to: "signature")
    let verify = [
      "-Y", "verify", "-f", tool.file("allowed"), "-I", "approver", "-n", "steno-approval", "-s",
      tool.file("signature"),
    ]
    #expect(try tool.run(verify, input: Self.message) == 0)
    #expect(try tool.run(verify, input: Self.message + "x") != 0)
  }

  @Test("A key file of ours is one that ssh-keygen reads and signs with; a new one of ssh-keygen's is read here")
  func keyFiles() throws {
    let tool = try SSHTool()
    defer { tool.remove() }
    let pair = SSHPrivateKey()
    try tool.write(pair.file(comment: "made here"), to: "ours")
    try tool.write(Self.message, to: "message")
    #expect(
      try tool.run(["-Y", "sign", "-n", "steno-approval", "-f", tool.file("ours"), tool.file("message")]) == 0)
    let signature = try #require(SSHSignature(armoured: tool.read("message.sig")))
    #expect(signature.key == pair.publicKey)
    #expect(signature.verifies(Array(Self.message.utf8)))

    #expect(try tool.run(["-q", "-t", "ed25519", "-N", "", "-f", tool.file("theirs")]) == 0)
    let theirs = try SSHPrivateKey(file: tool.read("theirs"))
    let line = try tool.read("theirs.pub").split(separator: "\n").first.map(String.init)
    #expect(theirs.publicKey == SSHPublicKey(line: line ?? ""))
    #expect(try #require(theirs.sign([1, 2, 3], namespace: "n")).verifies([1, 2, 3]))
  }

  @Test("A key with a passphrase and a key of another type are named as such")
  func otherKeys() throws {
    let tool = try SSHTool()
    defer { tool.remove() }
    #expect(try tool.run(["-q", "-t", "ed25519", "-N", "secret", "-f", tool.file("locked")]) == 0)
    #expect(throws: SSHPrivateKey.Fault.hasPassphrase) { try SSHPrivateKey(file: tool.read("locked")) }
    #expect(try tool.run(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", tool.file("rsa")]) == 0)
    #expect(throws: SSHPrivateKey.Fault.otherType) { try SSHPrivateKey(file: tool.read("rsa")) }
  }
}
