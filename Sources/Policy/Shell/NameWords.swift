/// Words inside names, and those of them that say harm.
enum NameWords {
  static let destroying: Set<String> = [
    "delete", "deletes", "destroy", "drop", "remove", "purge", "wipe", "truncate", "erase", "terminate", "reset",
    "flush",
    "nuke", "obliterate", "uninstall", "deprovision", "prune", "clear", "shred", "annihilate", "kill", "discard",
    "revert",
    "rollback", "downgrade", "overwrite", "expunge", "decommission", "rm",
  ]
  static let administering: Set<String> = [
    "grant", "revoke", "impersonate", "permission", "permissions", "role", "roles", "sudo", "policy", "acl", "promote",
    "elevate", "password", "credential", "credentials", "secret", "apikey",
  ]

  /// `volumeDelete`, `volume_delete`, `volumes/delete`, `HTTPReset` → volume, delete …
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var last: UInt8 = 0
    func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }
    let bytes = Array(name.utf8)
    for (index, byte) in bytes.enumerated() {
      let isLetter = isUpper(byte) || (0x61...0x7a).contains(byte)
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      let starts = isUpper(byte) && (!isUpper(last) || (0x61...0x7a).contains(next))
      if !isLetter || starts, !word.isEmpty {
        words.append(String(decoding: word, as: UTF8.self))
        word.removeAll(keepingCapacity: true)
      }
      if isLetter { word.append(byte | 0x20) }
      last = isLetter ? byte : 0
    }
    if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }
}
