/// What a service may still do. Each line takes something away that its program never needs.
struct UnitSandbox {
  /// Beside reading the system: everything else is read-only.
  var writes: [String]
  /// What it may not even see.
  var hides: [String] = []
  var usesNetwork: Bool
  /// A port below 1024 is listened on.
  var bindsLowPort = false

  var lines: [String] {
    var lines = [
      "UMask=0077",
      "NoNewPrivileges=yes",
      "CapabilityBoundingSet=\(bindsLowPort ? "CAP_NET_BIND_SERVICE" : "")",
      "AmbientCapabilities=\(bindsLowPort ? "CAP_NET_BIND_SERVICE" : "")",
      "LimitCORE=0",
      "ProtectSystem=strict",
      "ReadWritePaths=\(writes.map(UnitSandbox.quote).joined(separator: " "))",
    ]
    if !hides.isEmpty {
      lines.append("InaccessiblePaths=\(hides.map { "-" + $0 }.map(UnitSandbox.quote).joined(separator: " "))")
    }
    lines += [
      "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes", "DevicePolicy=closed", "PrivateIPC=yes",
      "ProtectProc=invisible", "ProtectClock=yes", "ProtectHostname=yes", "ProtectControlGroups=yes",
      "ProtectKernelLogs=yes", "ProtectKernelModules=yes", "ProtectKernelTunables=yes",
      "RestrictAddressFamilies=AF_UNIX\(usesNetwork ? " AF_INET AF_INET6 AF_NETLINK" : "")",
    ]
    if !usesNetwork { lines.append("PrivateNetwork=yes") }
    // PrivateUsers= would show every peer of a socket as nobody, and names are bound to peers' users.
    lines += [
      "RestrictNamespaces=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "LockPersonality=yes",
      "MemoryDenyWriteExecute=yes", "RemoveIPC=yes", "KeyringMode=private",
      "SystemCallArchitectures=native", "SystemCallFilter=@system-service",
      "SystemCallFilter=~@privileged @setuid @keyring @memlock", "SystemCallErrorNumber=EPERM",
    ]
    return lines
  }

  /// A word of a unit file: quoted where it must be, its specifiers as themselves.
  static func quote(_ word: String) -> String {
    let text = word.replacing("%", with: "%%")
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+:@%,=".contains($0)) }
    return isPlain ? text : "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
