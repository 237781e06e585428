import Testing

@testable import Configuration

@Suite struct ConfigurationUnitsTests {
  @Test(
    "Durations read as written",
    arguments: [("90s", 90_000_000), ("5m", 300_000_000), ("1h30m", 5_400_000_000), ("250ms", 250_000)])
  func durations(_ text: String, _ microseconds: Int64) {
    #expect(ConfigurationUnits.microseconds(text) == microseconds)
  }

  @Test(
    "Sizes read as written", arguments: [("64MiB", 64 << 20), ("10kB", 10_000), ("4096", 4096), ("256KiB", 256 << 10)])
  func sizes(_ text: String, _ bytes: Int) {
    #expect(ConfigurationUnits.bytes(text) == bytes)
  }

  @Test(
    "What is no unit, or does not fit, is refused",
    arguments: ["", "5", "m", "-5m", "5 m", "5M", "9223372036854775807h", "٣s", "1.5h"])
  func wrong(_ text: String) {
    #expect(ConfigurationUnits.microseconds(text) == nil)
  }

  @Test("Host and port, an IPv6 address in brackets", arguments: ["127.0.0.1:6432", "[::1]:6432", "db.example:1"])
  func hostPort(_ text: String) {
    #expect(HostPort(text)?.description == text)
  }

  @Test(
    "What is no host and port is refused",
    arguments: ["", ":5", "a:", "a:0", "a:65536", "::1:5", "[a]:5", "a:+5", "a b:5"])
  func noHostPort(_ text: String) {
    #expect(HostPort(text) == nil)
  }
}
