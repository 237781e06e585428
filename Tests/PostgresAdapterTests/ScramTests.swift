import Signatures
import Testing

@Suite("SCRAM-SHA-256")
struct ScramTests {
  @Test("The exchange of RFC 7677 gives its known answers")
  func knownAnswer() throws {
    var client = ScramClient(
      user: "user", password: "pencil", binding: .none, writtenNonce: Array("rOprNGfwEbeRWgbNEkqO".utf8))
    #expect(String(decoding: client.first(), as: UTF8.self) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
    let final = try client.final(
      Array("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8))
    #expect(
      String(decoding: final, as: UTF8.self)
        == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    try client.verify(Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
    #expect(throws: ScramError.proof) {
      try client.verify(Array("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
    }
  }

  @Test("Client and server agree with a channel binding, and not with another one")
  func binding() throws {
    let verifier = try #require(ScramVerifier(ScramVerifier(secret: "t", salt: [9], iterations: 2).written))
    for theirs: [UInt8] in [[1, 2], [1, 3]] {
      var client = ScramClient(password: "t", binding: .endPoint([1, 2]), nonce: [1])
      var server = ScramServer(verifier: verifier, plus: true, binding: theirs, nonce: [2])
      let answer = try client.final(try server.first(client.first()))
      if theirs == [1, 2] {
        try client.verify(try server.final(answer))
      } else {
        #expect(throws: ScramError.channelBinding) { try server.final(answer) }
      }
    }
  }

  @Test("A client that believes -PLUS was not offered, when it was, is refused")
  func downgrade() throws {
    var server = ScramServer(
      verifier: ScramVerifier(mockFor: "x"), plus: false, binding: [1], nonce: [2])
    let client = ScramClient(password: "t", binding: .notOffered, nonce: [1])
    #expect(throws: ScramError.channelBinding) { try server.first(client.first()) }
  }

  @Test("MD5 answers as PostgreSQL computes them")
  func md5() {
    #expect(
      MessageDigestMD5.answer(user: "u", password: "p", salt: [1, 2, 3, 4]).count == 35)
  }
}
