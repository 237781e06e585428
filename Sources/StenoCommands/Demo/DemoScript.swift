/// What the demo's agent does: a scripted ReAct loop. Each statement really runs, through psql or psycopg2, over the gateway.
enum DemoScript {
  struct Action: Sendable {
    var thought: String
    var sql: String
    /// What the client must have printed, as lines.
    var prints: [String]
    /// Command tag that the record must show; `nil` where the request is held and its tag is checked on its own.
    var tag: String
  }

  static let tables = """
    CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL)
    CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, total numeric(10,2) NOT NULL)
    CREATE TABLE refunds (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, amount numeric(10,2) NOT NULL, state text NOT NULL)
    CREATE TABLE refunds_staging AS SELECT * FROM refunds
    INSERT INTO customers VALUES (1, 'Ada Byron', 'ada@example.com'), (2, 'Grace Hopper', 'grace@example.com'), (3, 'Alan Turing', 'alan@example.com')
    INSERT INTO orders SELECT i, 1 + i % 3, 20 + i * 1.5 FROM generate_series(1, 60) AS i
    INSERT INTO refunds SELECT i, i * 3, 5 + i, CASE WHEN i % 4 = 0 THEN 'void' ELSE 'open' END FROM generate_series(1, 20) AS i
    INSERT INTO refunds_staging SELECT * FROM refunds
    """

  static let actions: [Action] = [
    .init(
      thought: "Find out which tables there are before touching anything.",
      sql: "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name",
      prints: ["customers", "orders", "refunds", "refunds_staging"], tag: "SELECT 4"),
    .init(
      thought: "Count the refunds by state; the ticket says some are void.",
      sql: "SELECT state, count(*) FROM refunds GROUP BY state ORDER BY state", prints: ["open|15", "void|5"],
      tag: "SELECT 2"),
    .init(
      thought: "Look at the customer behind refund 7.",
      sql:
        "SELECT c.name FROM refunds r JOIN orders o ON o.id = r.order_id JOIN customers c ON c.id = o.customer WHERE r.id = 7",
      prints: ["Ada Byron"], tag: "SELECT 1"),
    .init(
      thought: "Close the void refunds, as the ticket asks.",
      sql: "UPDATE refunds SET state = 'closed' WHERE state = 'void'", prints: ["UPDATE 5"], tag: "UPDATE 5"),
    .init(
      thought: "The staging copy is no longer needed; drop it to clean up.", sql: held, prints: ["DROP TABLE"],
      tag: "DROP TABLE"),
    .init(
      thought: "Check that the staging copy is gone and the refunds are still there.",
      sql:
        "SELECT (SELECT count(*) FROM information_schema.tables WHERE table_name = 'refunds_staging') AS staging, count(*) AS refunds FROM refunds",
      prints: ["0|20"], tag: "SELECT 1"),
  ]

  static let held = "DROP TABLE refunds_staging"

  /// The same run's second session, through a driver.
  static let driver = Action(
    thought: "Read the remaining open refunds through the application's own driver.",
    sql: "SELECT count(*) FROM refunds WHERE state = 'open'", prints: ["driver 15"], tag: "SELECT 1")

  /// An agent as a shell script: it feeds psql one statement after the other, at a pace that a person can watch.
  /// - Parameter run: The W3C trace id of the run, 32 hexadecimal digits.
  static func shell(run: String, hasDriver: Bool) -> String {
    var lines = [
      "#!/bin/sh",
      "# The demo's ReAct agent: thought, action, observation. PACE is the pause between steps in seconds.",
      "think() { printf 'Thought: %s\\n' \"$1\" >&2; sleep \"${PACE:-0}\"; }", "{",
    ]
    for (index, action) in actions.enumerated() {
      lines.append("think \(quote(action.thought))")
      lines.append("printf '%s\\n' \(quote(statement(action, run: run, step: index + 1) + ";"))")
    }
    lines.append("} | psql -X -A -t \"$STENO_URL\"")
    lines.append("status=$?")
    if hasDriver {
      lines.append("think \(quote(driver.thought))")
      lines.append("/usr/bin/python3 \"$(dirname \"$0\")/driver.py\" || status=1")
    }
    lines.append("exit $status")
    return lines.joined(separator: "\n") + "\n"
  }

  static func python(run: String) -> String {
    let comment = self.comment(driver, run: run, step: actions.count + 1)
    return """
      import os
      import psycopg2

      connection = psycopg2.connect(os.environ["STENO_URL"])
      with connection, connection.cursor() as cursor:
          # The comment holds percent signs, so it is joined outside the parameters' template.
          cursor.execute(cursor.mogrify("SELECT count(*) FROM refunds WHERE state = %s", ("open",)) + b" \(comment)")
          print("driver", cursor.fetchone()[0])
      connection.close()

      """
  }

  static func statement(_ action: Action, run: String, step: Int) -> String {
    "\(action.sql) \(comment(action, run: run, step: step))"
  }

  /// A sqlcommenter comment: keys in order, values percent-encoded in single quotes.
  private static func comment(_ action: Action, run: String, step: Int) -> String {
    let digits = String(step, radix: 16)
    let span = String(repeating: "0", count: 16 - digits.count) + digits
    return
      "/*agent='billing-fixer',thought='\(PostgresURL.encode(action.thought))',traceparent='00-\(run)-\(span)-01'*/"
  }

  private static func quote(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
