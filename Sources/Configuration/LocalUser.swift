import Foundation

/// Users of this machine, by name and number.
package enum LocalUser {
  /// Number of the user with this name, or of these digits.
  package static func uid(_ name: String) -> UInt32? {
    if let number = UInt32(name) { return number }
    return name.withCString { getpwnam($0)?.pointee.pw_uid }
  }

  package static func name(_ uid: UInt32) -> String? {
    guard let entry = getpwuid(uid), let name = entry.pointee.pw_name else { return nil }
    return String(cString: name)
  }
}
