import CConfinement
import Foundation

/// What a daemon takes away from itself at its start, whoever started it: the unit files take more.
///
/// Its memory holds keys and what is being recorded. So it leaves no core dump, and no process of the same user may trace it or read its
/// memory; neither it nor a program that it starts gains rights from a set-user-ID file.
/// Source: prctl(2), PR_SET_DUMPABLE and PR_SET_NO_NEW_PRIVS; core(5); ptrace(2).
package enum Confinement {
  /// - Returns: what could not be taken away, in words for a log; nothing where all was.
  package static func begin() -> [String] {
    var left: [String] = []
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    if setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) != 0 { left.append("core dumps") }
    if steno_prctl(steno_prctl_dumpable(), 0) != 0 { left.append("tracing by processes of the same user") }
    if steno_prctl(steno_prctl_no_new_privileges(), 1) != 0 { left.append("rights of set-user-ID programs") }
    return left
  }
}
