import Foundation
import TestSupport
import Testing

/// Recordings that the command line puts on record, with a recorder as a process of its own.
@Suite("Imports", .serialized, .oneAtATime)
struct ImportTests {
  struct Outcome {
    var status: Int32
    var output: String
    var error: String

    func objects() throws -> [[String: Any]] {
      try output.split(separator: "\n").map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
    }
  }

  private func steno(_ recorder: Recorder, _ arguments: String...) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Recorder.steno)
    process.arguments = arguments + ["--config", recorder.configuration]
    let (output, error) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = error
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let fault = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      error: String(decoding: fault, as: UTF8.self))
  }

  private func write(_ text: String, _ name: String, in recorder: Recorder) throws -> String {
    let file = recorder.folder.appendingPathComponent(name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  private static let cast = """
    {"version":2,"width":40,"height":5,"timestamp":1700000000,"title":"a \\u001b[31mtitle"}
    [0.5,"o","$ "]
    [1.0,"i","l"]
    [1.0,"o","l"]
    [1.1,"i","s"]
    [1.1,"o","s"]
    [1.2,"i","\\r"]
    [1.2,"o","\\r\\nzebra\\r\\n\\u001b]52;c;AAAA\\u0007$ "]
    [2.0,"m","the end"]
    [3.0,"r","50x6"]
    [3.5,"o","\\u001b[2J\\u001b[Hlast words"]

    """

  /// The moment as a number, however it is written, then kind and text.
  private static func event(_ line: some StringProtocol) throws -> [String] {
    let fields = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
    let moment = try #require(fields.first as? NSNumber).doubleValue
    return ["\(moment)"] + fields.dropFirst().map { "\($0)" }
  }

  @Test("A recording is a session: marked, searched, shown at a moment, given back as it came")
  func cast() throws {
    let recorder = try Recorder()
    let path = try write(Self.cast, "one.cast", in: recorder)
    let imported = try steno(recorder, "import", path, "--json", "--agent", "shell-bot")
    #expect(imported.status == 0, "\(imported)")
    let id = try #require(imported.objects().first?["id"] as? String)
    let session = try #require(steno(recorder, "sessions", "--json").objects().first)
    #expect(session["id"] as? String == id && session["protocol"] as? String == "shell")
    #expect(session["capture"] as? String == "imported" && session["agent"] as? String == "shell-bot")
    #expect(session["state"] as? String == "ended" && session["steps"] as? Int == 3)
    let found = try steno(recorder, "search", "zebra", "--json").objects()
    #expect(found.map { $0["session"] as? String } == [id])
    #expect(try steno(recorder, "search", "class:read ls", "--count").output.contains("1"))
    let early = try steno(recorder, "show", id, "--screen", "--at", "1.5")
    #expect(early.output == "$ ls\nzebra\n$\n\n\n")
    #expect(try steno(recorder, "show", id, "--screen").output == "last words\n\n\n\n\n\n")
    let verified = try steno(recorder, "verify")
    #expect(verified.status == 0, "\(verified)")
    let audit = try steno(recorder, "audit", "--json", "--action", "import").objects()
    #expect((audit.first?["detail"] as? String)?.contains("one.cast sha256") == true)

    let back = recorder.folder.appendingPathComponent("back.cast").path
    #expect(try steno(recorder, "export", id, "--format", "asciicast", "-o", back).status == 0)
    let lines = try String(contentsOfFile: back, encoding: .utf8).split(separator: "\n").map(String.init)
    let events = try lines.dropFirst().map {
      try Self.event($0)
    }
    let original = try Self.cast.split(separator: "\n").dropFirst().map {
      try Self.event($0)
    }
    #expect(events == original)
    let played = try steno(recorder, "replay", id, "--speed", "1000")
    #expect(played.status == 0 && played.output.contains("last words") && !played.output.contains("\u{1b}]52"))
  }

  @Test("A file that breaks off is imported up to there, and the session and the command say so")
  func cut() throws {
    let recorder = try Recorder()
    let path = try write(Self.cast + "[4,\"o\"", "cut.cast", in: recorder)
    let imported = try steno(recorder, "import", path, "--json")
    #expect(imported.status == 1 && imported.error.contains("line 12"))
    let session = try #require(steno(recorder, "sessions", "--json").objects().first)
    #expect((session["end_reason"] as? String)?.hasPrefix("import cut at line 12") == true)
    #expect(try steno(recorder, "import", "/etc/hostname").status == 1)
    #expect(try steno(recorder, "sessions", "--json").objects().count == 1)
  }

  @Test("Runs are sessions with thoughts; a bundle of one proves itself")
  func runs() throws {
    let recorder = try Recorder()
    let run = """
      {"environment":"ic_bash","task":"Count","steps":[{"thought":"count the capybaras","action":"execute[wc -l f]","observation":"3"}]}
      nonsense
      {"environment":"ic_sql","task":"Drop","steps":[{"thought":"x","action":"execute[DROP TABLE t]","observation":"ok"}]}
      """
    let path = try write(run, "runs.jsonl", in: recorder)
    let imported = try steno(recorder, "import", path, "--json")
    #expect(imported.status == 1 && imported.error.contains("line 2"))
    let ids = try imported.objects().compactMap { $0["id"] as? String }
    #expect(ids.count == 2)
    #expect(try steno(recorder, "search", "capybaras", "--json").objects().map { $0["session"] as? String } == [ids[0]])
    #expect(try steno(recorder, "search", "class:destructive", "--count").output.hasPrefix("1"))
    let bundle = recorder.folder.appendingPathComponent("run.tar").path
    #expect(try steno(recorder, "export", ids[0], "--format", "bundle", "-o", bundle).status == 0)
    #expect(try steno(recorder, "verify", "--bundle", bundle).status == 0)
  }

  @Test(
    "Each recording of the corpus is imported whole",
    .enabled(if: FileManager.default.fileExists(atPath: ImportCorpus.folder), "no recordings at ../shared/data/casts"))
  func corpus() throws {
    let recorder = try Recorder()
    for name in try FileManager.default.contentsOfDirectory(atPath: ImportCorpus.folder).sorted() {
      let imported = try steno(recorder, "import", ImportCorpus.folder + "/" + name, "--json")
      let object = try #require(imported.objects().first, "\(name): \(imported)")
      #expect(imported.status == 0 && object["complete"] as? Bool == true)
      let id = try #require(object["id"] as? String)
      #expect(try steno(recorder, "show", id, "--screen").status == 0)
    }
  }
}

enum ImportCorpus {
  static let folder: String = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data/casts").path
}
