import Testing

@testable import StenoCommands

@Suite struct PostgresURLTests {
  @Test(
    "A URL is written as it was read",
    arguments: [
      "postgresql://agent:secret@db.example:5433/orders", "postgresql://a%40b:p%3A%2F%40%25@127.0.0.1:5432/my%20db",
      "postgresql://agent@[::1]:5432/orders?sslmode=verify-full", "postgresql://a:%C3%A9@h:1/d",
    ])
  func roundTrip(_ text: String) throws {
    let url = try PostgresURL(text)
    #expect(url.text == text)
    #expect(try PostgresURL(url.text) == url)
  }

  @Test("What is left out has libpq's defaults")
  func defaults() throws {
    let url = try PostgresURL("postgres://agent@db")
    #expect(url.port == 5432 && url.database == "agent" && url.password == nil)
    #expect(try url.tls() == .prefer)
  }

  @Test(
    "A wrong URL is refused, without its password in the message",
    arguments: [
      "mysql://a:hunter2@h/d", "postgresql://h/d", "postgresql://a:hunter2@/d", "postgresql://a:hunter2@h:0/d",
      "postgresql://a:hunter2@h:99999/d", "postgresql://a:hunter2%zz@h/d", "postgresql://a:hunter2@h1,h2/d",
      "postgresql://:hunter2@h/d", "postgresql://a:hunter2@h/d?sslmode",
    ])
  func wrong(_ text: String) {
    #expect { try PostgresURL(text) } throws: { error in
      (error as? CommandFailure)?.status == 2 && !"\(error)".contains("hunter2")
    }
  }

  @Test("A parameter that would be ignored is refused")
  func parameters() throws {
    let url = try PostgresURL("postgresql://a@h/d?options=-c%20x")
    #expect(throws: CommandFailure.self) { try url.tls() }
  }
}
