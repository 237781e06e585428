import Foundation
import Policy
import SQLSyntax
import SessionModel

/// What the gateway takes to classify a short statement: read anew, and as one of many alike.
///
/// A short text is parsed where the caller stands; a long or deep one on a thread with a large stack, as the gateway does.
struct ClassifyLoad {
  /// Further statements, a JSON object with `text` on each line.
  var file: String?

  private static let statements = [
    "SELECT 1", "SELECT id, total FROM orders WHERE customer = 42", "SELECT * FROM public.orders o WHERE o.id = $1",
    "SELECT count(*) FROM invoices WHERE paid_at IS NULL AND due < now()",
    "INSERT INTO notes (id, body) VALUES (7, 'seen')", "UPDATE orders SET state = 'paid' WHERE id = 42",
    "DELETE FROM orders WHERE id = 42", "DELETE FROM orders", "DROP TABLE customers", "TRUNCATE audit_log",
    "BEGIN", "COMMIT", "SET search_path = app, public", "ALTER TABLE orders DROP COLUMN note",
    "GRANT ALL ON orders TO public", "WITH d AS (DELETE FROM t RETURNING *) SELECT count(*) FROM d",
    "SELECT a.id, b.name FROM a JOIN b ON b.a = a.id WHERE b.kind IN (1, 2, 3) ORDER BY b.name LIMIT 20",
    "SELECT pg_terminate_backend(4711)", "EXPLAIN SELECT * FROM orders", "COPY orders TO STDOUT",
  ]
  private static let fixed = "SELECT id, total FROM orders WHERE customer = 42"

  func run() throws {
    let classifier = SQLClassifier()
    let limit = "20 us"
    row("classified: one short statement", anew(classifier, [Self.fixed]), limit)
    row("classified: \(Self.statements.count) short statements", anew(classifier, Self.statements), limit)
    if let file {
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      let texts = try lines.compactMap { line in
        try (JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["text"] as? String
      }
      row("classified: \(texts.count) of a corpus", anew(classifier, texts, rounds: 20), limit)
    }
    row("judged: alike but for its literals", judged(fresh: false), limit)
    row("judged: of a new shape", judged(fresh: true), limit)
    let long = "SELECT " + (1...400).map { "c\($0)" }.joined(separator: ", ") + " FROM wide"
    row("classified: 400 columns, on its thread", anew(classifier, [long], rounds: 300), "")
  }

  /// Microseconds of each reading, in order.
  private func anew(_ classifier: SQLClassifier, _ texts: [String], rounds: Int = 4000) -> [Double] {
    var times: [Double] = []
    for round in 0..<rounds {
      for text in texts {
        let begun = DispatchTime.now().uptimeNanoseconds
        let facts = classifier.facts(text)
        let taken = DispatchTime.now().uptimeNanoseconds - begun
        precondition(facts.kind != "empty")
        if round >= rounds / 10 { times.append(Double(taken) / 1000) }
      }
    }
    return times.sorted()
  }

  /// The way of a request in the gateway: rules and risk with it.
  private func judged(fresh: Bool) -> [Double] {
    let rule = Rule(
      name: "destructive-needs-a-person", when: Condition(statementClass: [.destructive, .admin, .unknown]), then: .hold
    )
    let judge = Judge(rules: .make([rule]))
    var times: [Double] = []
    for number in 0..<20_000 {
      let text = "SELECT id, total FROM orders\(fresh ? "_\(number)x" : "") WHERE customer = \(number)"
      let request = JudgeRequest(
        proto: "postgres", connection: "orders", agent: "agent", principal: "agent", text: text,
        context: StatementContext(), unusualSettings: false)
      let begun = DispatchTime.now().uptimeNanoseconds
      let judgement = judge.judge(request)
      let taken = DispatchTime.now().uptimeNanoseconds - begun
      precondition(judgement.verdict == .allow)
      if number >= 2000 { times.append(Double(taken) / 1000) }
    }
    return times.sorted()
  }

  private func row(_ name: String, _ times: [Double], _ limit: String) {
    let figure = String(
      format: "p50 %.1f us, p99 %.1f us", times[times.count / 2], times[times.count * 99 / 100])
    say(name.padded(44) + figure.padded(32) + limit)
  }
}
