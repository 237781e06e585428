import Signatures
import Testing

@Suite("An SSH signature as text")
struct SSHSignatureTests {
  static let message = Array("a statement".utf8)
  static let pair = SSHPrivateKey()

  @Test("It reads as it was written")
  func roundTrip() throws {
    let signature = try #require(Self.pair.sign(Self.message, namespace: "steno-approval"))
    let read = try #require(SSHSignature(armoured: signature.armoured))
    #expect(read == signature)
    #expect(read.verifies(Self.message))
  }

  @Test("Truncated anywhere it is refused")
  func truncated() throws {
    let text = try #require(Self.pair.sign(Self.message, namespace: "steno-approval")).armoured
    for length in 0..<text.utf8.count - 1 {
      #expect(SSHSignature(armoured: String(decoding: text.utf8.prefix(length), as: UTF8.self)) == nil, "\(length)")
    }
  }

  @Test("With any one bit flipped it is refused, does not verify, or is by another key")
  func flipped() throws {
    let bytes = Array(try #require(Self.pair.sign(Self.message, namespace: "steno-approval")).armoured.utf8)
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        guard let signature = SSHSignature(armoured: String(decoding: changed, as: UTF8.self)) else { continue }
        #expect(!signature.verifies(Self.message), "byte \(index) bit \(bit)")
      }
    }
  }

  @Test(
    "What is not a signature is refused",
    arguments: [
      "", "\n", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\n////\n-----END SSH SIGNATURE-----\n",
      "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----\n",
      String(repeating: "A", count: 1 << 20),
    ])
  func nonsense(text: String) {
    #expect(SSHSignature(armoured: text) == nil)
  }

  @Test("Bytes behind the end are refused")
  func tail() throws {
    let text = try #require(Self.pair.sign(Self.message, namespace: "n")).armoured
    #expect(SSHSignature(armoured: text + "\n") == nil)
    #expect(SSHSignature(armoured: text + "x") == nil)
  }

  @Test(
    "A public key's line has one form",
    arguments: [
      "", "ssh-ed25519", "ssh-ed25519 AAAA",
      "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAH/////8=", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5/////w==",
    ])
  func keyLines(line: String) {
    #expect(SSHPublicKey(line: line) == nil)
  }
}
