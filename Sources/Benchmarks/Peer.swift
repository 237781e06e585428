import Foundation

/// One way from pgbench to the same PostgreSQL.
struct Peer {
  var name: String
  var url: String
  /// Processes whose processor time is this way's cost.
  var processes: [pid_t]

  /// User and system seconds that the processes have used so far.
  func processorSeconds() -> Double {
    processes.reduce(0) { sum, process in
      guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let close = text.lastIndex(of: ")")
      else { return sum }
      let fields = text[text.index(after: close)...].split(separator: " ")
      guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return sum }
      return sum + (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }

  /// Largest resident memory of any of the processes, in MB.
  func peakMegabytes() -> Int {
    processes.compactMap { process in
      let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
      let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1024 }
    }.max() ?? 0
  }
}
