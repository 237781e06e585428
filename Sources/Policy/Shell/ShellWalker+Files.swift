import SessionModel

extension ShellWalker {
  mutating func remove(_ call: ShellInvocation) {
    let parsed = call.parsed()
    let targets = parsed.operands.filter { !$0.text.isEmpty }
    if call.asksForHelp { return findings.add(.read, kind: call.program) }
    guard !targets.isEmpty else { return findings.add(.write, kind: call.program) }
    let names = targets.map(\.text)
    let ranks = targets.map(rank)
    let isRecursive =
      parsed.has("-r", abbreviated: true) || parsed.has("-R") || parsed.has("--recursive", abbreviated: true)
    if parsed.has("--no-preserve-root", abbreviated: true) {
      return findings.add(
        .destructive, kind: call.program, reasons: ["recursive_delete", "no_preserve_root"], objects: names)
    }
    if call.program.hasPrefix("trash") { return findings.add(.write, kind: call.program, objects: names) }
    if ranks.allSatisfy({ $0 == .temporary }) {
      return findings.add(.write, kind: call.program, reasons: ["temporary_files"], objects: names)
    }
    let asks = parsed.has("-i") || parsed.has("-I") || parsed.has("--interactive")
    if asks, !parsed.has("-f"), !parsed.has("--force", abbreviated: true), call.input == .inherited, !isBulk {
      return findings.add(.write, kind: call.program, reasons: ["asks_before_removing"], objects: names)
    }
    if isRecursive {
      return findings.add(.destructive, kind: call.program, reasons: ["recursive_delete"] + why(ranks), objects: names)
    }
    if isBulk && targets.contains(where: \.isPartlyUnknown) || targets.contains(where: \.isList) {
      return findings.add(.destructive, kind: call.program, reasons: ["bulk_delete"], objects: names)
    }
    if ranks.contains(where: { [.everything, .system, .device, .startup, .secret].contains($0) }) {
      return findings.add(.destructive, kind: call.program, reasons: ["deletes"] + why(ranks), objects: names)
    }
    findings.add(.write, kind: call.program, reasons: ["removes_files"], objects: names)
  }

  /// A relative name inside a temporary directory is temporary too.
  func rank(_ argument: ShellArgument) -> PathRank {
    let rank = PathRank(argument)
    guard isInTemporary, rank == .ordinary || argument.text == "*", !argument.text.hasPrefix("/"),
      !argument.text.hasPrefix("~"), !PathRank.normal(argument.text).hasPrefix("..")
    else { return rank }
    return .temporary
  }

  private func why(_ ranks: [PathRank]) -> [String] {
    var reasons: [String] = []
    for rank in ranks {
      let reason: String? =
        switch rank {
        case .everything: "whole_tree"
        case .system: "system_file"
        case .device: "device"
        case .startup: "startup_file"
        case .secret: "secret_file"
        case .unknown: "unknown_target"
        case .nowhere, .temporary, .socket, .ordinary: nil
        }
      if let reason, !reasons.contains(reason) { reasons.append(reason) }
    }
    return reasons
  }

  mutating func copyBlocks(_ call: ShellInvocation) {
    guard let target = call.arguments.first(where: { $0.text.hasPrefix("of=") }) else {
      return findings.add(.read, kind: "dd")
    }
    let file = ShellArgument(text: String(target.text.dropFirst(3)))
    wrote(file, kind: "dd", overwrites: true)
    if file.isPartlyUnknown { findings.add(.destructive, kind: "dd", reasons: ["unknown_target"]) }
  }

  /// A file written by name: by what it is, what that means.
  mutating func wrote(_ file: ShellArgument, kind: String, overwrites: Bool) {
    switch rank(file) {
    case .nowhere: findings.add(.read, kind: kind)
    case .device: findings.add(.destructive, kind: kind, reasons: ["writes_device"], objects: [file.text])
    case .socket: findings.add(.unknown, kind: kind, reasons: ["network_socket"], objects: [file.text])
    case .startup: findings.add(.admin, kind: kind, reasons: ["startup_file"], objects: [file.text])
    case .system: findings.add(.admin, kind: kind, reasons: ["system_file"], objects: [file.text])
    case .secret: findings.add(.write, kind: kind, reasons: ["secret_file"], objects: [file.text])
    case .temporary, .everything, .ordinary, .unknown: findings.add(.write, kind: kind, objects: [file.text])
    }
  }

  mutating func place(_ call: ShellInvocation) {
    let parsed = call.parsed([
      "-t", "--target-directory", "-S", "--suffix", "-m", "-o", "-g", "-P", "-i", "-F", "-c", "-l", "-J",
    ])
    let kind = call.program
    if call.asksForHelp { return findings.add(.read, kind: kind) }
    let explicit = parsed.value("-t", "--target-directory")
    let operands = parsed.operands
    guard let target = explicit ?? operands.last, explicit != nil || operands.count > 1 else {
      return findings.add(.write, kind: kind)
    }
    let sources = explicit == nil ? operands.dropLast() : operands[...]
    noteSecrets(Array(sources))
    let isMove = kind.hasSuffix("mv")
    if isMove {
      if rank(target) == .nowhere {
        return findings.add(.destructive, kind: kind, reasons: ["moved_to_nowhere"], objects: sources.map(\.text))
      }
      let ranks = sources.map(rank)
      if ranks.contains(where: { $0 == .everything || $0 == .system || $0 == .startup || $0 == .secret }) {
        return findings.add(
          .destructive, kind: kind, reasons: ["moves_away"] + why(ranks), objects: sources.map(\.text))
      }
    }
    if kind == "scp" {
      if target.text.contains(":") { findings.note("sends_data") }
      return findings.add(.write, kind: kind, objects: [target.text])
    }
    wrote(target, kind: kind, overwrites: true)
    if sources.contains(where: { $0.text == "/dev/null" }) { findings.note("truncates") }
  }

  mutating func tee(_ call: ShellInvocation) {
    let parsed = call.parsed()
    findings.add(.read, kind: "tee")
    for file in parsed.operands where file.process == nil { wrote(file, kind: "tee", overwrites: !parsed.has("-a")) }
  }

  mutating func truncate(_ call: ShellInvocation) {
    let parsed = call.parsed(["-s", "--size", "-r", "--reference"])
    let size = parsed.value("-s", "--size")?.text ?? ""
    let names = parsed.operands.map(\.text)
    if size.hasPrefix("+") || (size.first?.isNumber == true && Int(size) != 0) {
      return findings.add(.write, kind: "truncate", objects: names)
    }
    let isTemporary = !names.isEmpty && parsed.operands.allSatisfy { rank($0) == .temporary }
    findings.add(
      isTemporary ? .write : .destructive, kind: "truncate", reasons: isTemporary ? [] : ["truncates"], objects: names)
  }

  mutating func permissions(_ call: ShellInvocation) {
    let kind = call.program
    let parsed = call.parsed(["--reference", "--from"])
    if call.asksForHelp { return findings.add(.read, kind: kind) }
    let isRecursive = parsed.has("-R") || parsed.has("--recursive", abbreviated: true)
    let copiesMode = parsed.value("--reference") != nil
    let first = copiesMode ? nil : parsed.operands.first?.text
    let mode = kind == "chmod" ? FileMode(first ?? call.arguments.first?.text ?? "") : nil
    let targets = parsed.operands.dropFirst(copiesMode ? 0 : 1)
    let ranks = targets.map(rank)
    let names = targets.map(\.text)
    let places = why(ranks)
    if mode?.setsUser ?? false {
      return findings.add(.admin, kind: kind, reasons: ["set_user_id"] + places, objects: names)
    }
    let guarded = ranks.filter { [.everything, .system, .device, .startup, .secret].contains($0) }
    let what = isRecursive ? kind == "chmod" ? "recursive_permissions" : "recursive_ownership" : "permissions"
    // Keys must be private to be used at all, and a single `.` or `*` is a working directory's own files.
    let isUsual = (mode?.isPrivate ?? false) && guarded.allSatisfy { $0 == .secret || $0 == .startup }
    if !guarded.isEmpty, !isUsual, isRecursive || guarded.contains(where: { $0 != .everything }) {
      return findings.add(.admin, kind: kind, reasons: [what] + places, objects: names)
    }
    if isRecursive, kind != "chmod" || (mode?.isOpen ?? false) || (mode?.isNothing ?? false) {
      return findings.add(.admin, kind: kind, reasons: [what], objects: names)
    }
    var reasons: [String] = []
    if mode?.isOpen ?? false { reasons.append("world_writable") }
    if mode?.setsGroup ?? false { reasons.append("set_group_id") }
    findings.add(.write, kind: kind, reasons: reasons, objects: names)
  }

  mutating func kill(_ call: ShellInvocation) {
    let names = call.arguments.map(\.text)
    if names.isEmpty || ["-l", "-L", "-0"].contains(names[0]) { return findings.add(.read, kind: "kill") }
    let targets = names.dropFirst(names[0].hasPrefix("-") ? (names[0] == "-s" || names[0] == "-n" ? 2 : 1) : 0)
    if targets.contains("-1") || targets.contains("1") {
      return findings.add(.destructive, kind: "kill", reasons: ["ends_all_processes"])
    }
    findings.add(.write, kind: "kill", reasons: ["signals_process"], objects: Array(targets))
  }
}
