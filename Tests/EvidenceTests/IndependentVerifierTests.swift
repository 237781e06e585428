import Evidence
import Foundation
import SessionModel
import Signatures
import Testing

/// What this package writes, read by programs of others: openssl, and Go's `sumdb` packages as Debian ships them.
@Suite struct IndependentVerifierTests {
  let folder = NSTemporaryDirectory() + "steno-others-\(UInt64.random(in: .min ... .max))"

  private func put(_ name: String, _ bytes: [UInt8]) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("openssl verifies a checkpoint's signature with the key file that the store has, and makes keys that are read")
  func openssl() throws {
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    let key = Ed25519SigningKey.generate()
    let signer = try NoteSigner(name: "log.example/steno", kind: .note, key: key)
    let signed = try SignedCheckpoint(Checkpoint(origin: "log.example/steno", size: 3, root: .zero), by: signer)
    let arguments = [
      "pkeyutl", "-verify", "-inkey", try put("key.pem", Array(key.pem.utf8)), "-rawin", "-in",
      try put("body", signed.note.text), "-sigfile", try put("signature", signed.note.signatures[0].bytes),
    ]
    #expect(try Tool.run("openssl", arguments).status == 0)
    _ = try put("body", signed.note.text + [10])
    #expect(try Tool.run("openssl", arguments).status != 0)
    let made = try Tool.run("openssl", ["genpkey", "-algorithm", "ed25519"])
    #expect(Ed25519SigningKey(pem: made.output) != nil)
  }

  @Test("Go's note.Open, tlog.CheckRecord and tlog.CheckTree accept what is made here, and nothing that was changed")
  func go() throws {
    guard let program = Self.compiler else { return }
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    let source = try put("main.go", Array(IndependentVerifierTests.source.utf8))
    let signer = try NoteSigner(name: "log.example/steno", kind: .note, key: .generate())
    let hasher = SHA256()
    let leaves = (0..<300).map { number in withUnsafeBytes(of: number) { hasher.digest(domain: 0, $0) } }
    var lines: [String] = []
    for (size, old) in [(1, 1), (2, 1), (7, 3), (256, 200), (300, 256), (300, 299)] {
      let list = LeafList(Array(leaves[..<size]))
      let root = try list.root(size: UInt64(size), with: hasher)
      let signed = try SignedCheckpoint(
        Checkpoint(origin: "log.example/steno", size: UInt64(size), root: root), by: signer)
      lines.append("note \(signer.verifier) \(StrictBase64.encode(signed.bytes))")
      let oldRoot = try LeafList(Array(leaves[..<old])).root(size: UInt64(old), with: hasher)
      let proof = try ConsistencyProof.make(from: UInt64(old), to: UInt64(size), in: list, with: hasher)
      lines.append("tree \(size) \(hex(root)) \(old) \(hex(oldRoot)) \(proof.map(hex).joined(separator: ","))")
      for index in [0, size / 2, size - 1] {
        let path = try InclusionProof.path(index: UInt64(index), size: UInt64(size), in: list, with: hasher)
        lines.append(
          "record \(size) \(hex(root)) \(index) \(hex(leaves[index])) \(path.map(hex).joined(separator: ","))")
      }
    }
    let good = lines.count
    // A signature, a root and a leaf that are others.
    let other = try NoteSigner(name: "log.example/steno", kind: .note, key: .generate()).verifier
    lines.append(lines[0].replacing(signer.verifier.description, with: other.description))
    lines.append("tree 300 \(hex(leaves[0])) 256 \(hex(leaves[1])) \(hex(leaves[2]))")
    lines.append("record 2 \(hex(leaves[0])) 0 \(hex(leaves[1])) \(hex(leaves[2]))")
    let input = try put("input", Array(lines.map { $0 + "\n" }.joined().utf8))
    let result = try Self.run(program, source, input, folder)
    let answers = result.output.split(separator: "\n").map(String.init)
    #expect(answers == Array(repeating: "ok", count: good) + Array(repeating: "no", count: 3), "\(result.output)")
  }

  /// Go, where it is installed with its `sumdb` packages.
  static var compiler: String? {
    let program = ["/usr/lib/go-1.19/bin/go", "/usr/bin/go"].first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let program, FileManager.default.fileExists(atPath: "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
    else {
      print("left out: golang-1.19-go and golang-golang-x-mod-dev are not installed")
      return nil
    }
    return program
  }

  private static func run(
    _ program: String, _ source: String, _ input: String, _ folder: String
  ) throws -> (status: Int32, output: String) {
    try Tool.run(
      program, ["run", source, input],
      environment: [
        "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": folder + "/cache", "GOFLAGS": "",
        "CGO_ENABLED": "0",
      ])
  }

  /// What `note.Open` says of a note with each of these keys; nil where Go is not installed.
  static func open(_ note: [UInt8], with keys: [VerifierKey]) throws -> [String]? {
    guard let program = compiler else { return nil }
    let suite = IndependentVerifierTests()
    defer { do { try FileManager.default.removeItem(atPath: suite.folder) } catch {} }
    let lines = keys.map { "note \($0) \(StrictBase64.encode(note))\n" }.joined()
    let result = try run(
      program, try suite.put("main.go", Array(source.utf8)), try suite.put("input", Array(lines.utf8)), suite.folder)
    return result.output.split(separator: "\n").map(String.init)
  }

  private func hex(_ digest: SHA256.Digest) -> String { Hexadecimal.encode(digest.bytes) }

  private static let source = """
    package main

    import (
    	"bufio"
    	"encoding/base64"
    	"encoding/hex"
    	"fmt"
    	"os"
    	"strconv"
    	"strings"

    	"golang.org/x/mod/sumdb/note"
    	"golang.org/x/mod/sumdb/tlog"
    )

    func hash(text string) (h tlog.Hash) {
    	bytes, _ := hex.DecodeString(text)
    	copy(h[:], bytes)
    	return
    }

    func hashes(text string) (list []tlog.Hash) {
    	if text == "" {
    		return nil
    	}
    	for _, word := range strings.Split(text, ",") {
    		list = append(list, hash(word))
    	}
    	return
    }

    func number(text string) int64 {
    	value, _ := strconv.ParseInt(text, 10, 64)
    	return value
    }

    func main() {
    	file, _ := os.Open(os.Args[1])
    	lines := bufio.NewScanner(file)
    	for lines.Scan() {
    		words := append(strings.Split(lines.Text(), " "), "")
    		var err error
    		switch words[0] {
    		case "note":
    			bytes, _ := base64.StdEncoding.DecodeString(words[2])
    			verifier, problem := note.NewVerifier(words[1])
    			err = problem
    			if err == nil {
    				_, err = note.Open(bytes, note.VerifierList(verifier))
    			}
    		case "tree":
    			err = tlog.CheckTree(hashes(words[5]), number(words[1]), hash(words[2]), number(words[3]), hash(words[4]))
    		case "record":
    			err = tlog.CheckRecord(hashes(words[5]), number(words[1]), hash(words[2]), number(words[3]), hash(words[4]))
    		}
    		if err == nil {
    			fmt.Println("ok")
    		} else {
    			fmt.Println("no")
    		}
    	}
    }
    """
}
