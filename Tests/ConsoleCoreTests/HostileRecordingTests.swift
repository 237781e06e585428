import Foundation
import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Hostile recordings")
struct HostileRecordingTests {
  /// What a recording may hold to act on a terminal, or to show a reader something else.
  static let attacks: [String] = [
    "\u{1B}]0;title\u{7}", "\u{1B}]52;c;QUFBQQ==\u{7}", "\u{1B}[6n\u{1B}[c\u{1B}[>c\u{5}", "\u{1B}P+q544e\u{1B}\\",
    "\u{1B}[201~A", "\u{9B}2J\u{9D}0;x\u{9C}", "\u{202E}txet\u{2066}\u{2069}", "a\u{8}\u{8}\u{8}rm -rf", "\rSELECT 1",
    "\u{200B}\u{200D}\u{FEFF}", "\u{E0041}\u{E0042}",
    "日本語" + String(repeating: "e\u{301}\u{302}\u{303}\u{304}", count: 40),
    String(repeating: "x", count: 1 << 20), String(repeating: "\u{1B}[", count: 100_000), "\u{3164}\u{2800}\u{A0}",
    "مرحبا \u{202D}שלום", "\u{200F}\u{061C}عربي ١٢٣ \u{2067}עברית\u{2069}",
    "{\"\u{1B}]52;c;QQ==\u{7}\": [\"\u{202E}\"]}",
  ]

  /// Every text that a screen shows comes from a recording that is an attack.
  private static func model(_ attack: String) -> ConsoleModel {
    var model = ConsoleFixture.model(120, 36)
    var session = ConsoleFixture.sessions[2]
    (session.agent, session.onBehalfOf, session.connection, session.lastText) = (attack, attack, attack, attack)
    (session.lastRule, session.target, session.principal) = (attack, attack, attack)
    session.waiting = 1
    var step = ConsoleFixture.step(1, attack, seconds: 2, verdict: .deny, rule: attack, thought: attack)
    step.response?.error = ResponseError(code: attack, message: attack)
    step.request.values = [attack, nil]
    (step.kind, step.objects, step.reasons, step.run) = (attack, [attack], [attack], attack)
    step.claims = [attack: attack]
    var approval = ConsoleFixture.approval(3, text: attack, values: [attack])
    (approval.agent, approval.rule, approval.thought, approval.kind) = (attack, attack, attack, attack)
    (approval.objects, approval.reasons, approval.target) = ([attack], [attack], attack)
    _ = model.update(.sessions([session], query: nil))
    _ = model.update(.approvals([approval]))
    _ = model.update(.steps(session.id, [step], after: 0))
    _ = model.update(.history([approval]))
    return model
  }

  private static func check(_ grid: Grid, _ place: String) {
    for cell in grid.cells {
      for scalar in cell.text.unicodeScalars {
        let isPlain: Bool =
          switch ScalarWidth.of(scalar) {
          case .columns, .combining: true
          case .hidden: false
          }
        if !isPlain { Issue.record("U+\(String(scalar.value, radix: 16)) on the screen: \(place)") }
      }
      #expect(cell.text.unicodeScalars.count <= 1 + SafeText.marks)
    }
  }

  @Test("Nothing recorded acts on the terminal, on any screen", arguments: attacks.indices)
  func attack(_ index: Int) {
    let attack = Self.attacks[index]
    let id = ConsoleFixture.sessions[2].id
    for keys in ["", "\n", "\nv", "\nx", "\nxx", "w", "w\n", "S", "/x\n", "?", "Kx\n", "W", "\nc.c", "*"] {
      var model = Self.model(attack)
      for character in keys {
        let key: Key = character == "\n" ? .enter : .character(character)
        for command in model.update(.key(key)) {
          switch command {
          case .loadSteps:
            var step = ConsoleFixture.step(1, attack, seconds: 2, verdict: .hold, rule: attack, thought: attack)
            step.session = id
            _ = model.update(.steps(id, [step], after: 0))
            _ = model.update(
              .table(id, step: 1, ResultTable(columns: [attack, "b"], rows: [[attack, nil]], total: 1)))
            _ = model.update(
              .notes(
                id, [SessionNote(seq: 1, at: model.now, by: attack, session: id, step: 1, mark: "a", text: attack)]))
            model.searches = [SavedSearch(name: attack, query: attack)]
          case .search(let query, _, _):
            var hit = ConsoleFixture.hits[0]
            (hit.snippet, hit.agent, hit.connection, hit.field) = (attack, attack, attack, attack)
            _ = model.update(.hits(query: query, [hit], before: nil, next: nil))
          case .loadFacets(let query):
            var facets = ConsoleFixture.facets
            facets.fields = [.init(field: attack, values: [.init(value: attack, count: 1)])]
            _ = model.update(.facets(query: query, facets))
          default: if let answer = ConsoleFixture.answer(command) { _ = model.update(answer) }
          }
        }
      }
      Self.check(model.render(), "\(keys) \(index)")
      model.painted()
      for command in model.update(.key(.character("y"))) {
        if case .copy(let text) = command {
          #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
          #expect(text.utf8.count < 200_000)
        }
      }
    }
  }

  @Test(
    "Bytes that are overlong, cut or no UTF-8 at all are shown one by one",
    arguments: [
      [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xFF, 0x9B],
    ] as [[UInt8]])
  func bytes(_ bytes: [UInt8]) {
    let safe = SafeText(bytes: bytes)
    #expect(safe.hidden > 0)
    #expect(safe.glyphs.allSatisfy { $0.isControl })
  }
}
