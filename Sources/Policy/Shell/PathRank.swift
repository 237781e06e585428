/// What kind of place a path names, as far as its text tells.
enum PathRank: Equatable {
  /// `/dev/null` and the like: writing there changes nothing.
  case nowhere
  case temporary
  /// A disk or other device.
  case device
  /// `/dev/tcp/…`, which bash opens as a connection.
  case socket
  /// `/`, the home directory as a whole, `/*` and their kind.
  case everything
  case system
  /// Files that run at login or by schedule, or decide who may log in.
  case startup
  /// Keys and stored credentials.
  case secret
  case ordinary
  case unknown

  init(_ argument: ShellArgument) {
    let path = Self.normal(argument.text)
    if path.isEmpty {
      self = .ordinary
    } else if argument.text.first == ShellArgument.gap {
      self = .unknown
    } else {
      self = Self.rank(path)
    }
  }

  private static func rank(_ path: String) -> PathRank {
    if nowherePaths.contains(path) || path.hasPrefix("/dev/fd/") { return .nowhere }
    if path.hasPrefix("/dev/tcp/") || path.hasPrefix("/dev/udp/") { return .socket }
    if path.hasPrefix("/dev/shm/") { return .temporary }
    if path.hasPrefix("/dev/") || path == "/dev" { return .device }
    for folder in temporaryFolders where path.hasPrefix(folder + "/") && path.utf8.count > folder.utf8.count + 1 {
      return .temporary
    }
    if wholeTrees.contains(path) { return .everything }
    if startupFiles.contains(where: { $0.matches(path) }) { return .startup }
    if secretFiles.contains(where: { $0.matches(path) }) { return .secret }
    if path.hasPrefix("/usr/local/") { return .ordinary }
    if systemFolders.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) { return .system }
    return .ordinary
  }

  /// Without `//`, `/./` and, as far as names are known, `x/..`.
  static func normal(_ text: String) -> String {
    guard text.contains("/") else { return text }
    let isAbsolute = text.hasPrefix("/")
    var parts: [Substring] = []
    for part in text.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", last != "~" {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
  }

  private static let nowherePaths: Set<String> = [
    "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty", "/dev/zero", "/dev/full", "-",
  ]
  private static let temporaryFolders = [
    "/tmp", "/var/tmp", "/private/tmp", "/private/var/tmp", "/private/var/folders", "/run/user",
  ]
  private static let wholeTrees: Set<String> = [
    "/", "/*", "/.*", "~", "~/*", "~/.*", "..", "../*", "../..", ".", "./*", "*", ".*", "/home", "/home/*", "/root",
    "/Users",
    "/Users/*", "*.*", "./.*",
  ]
  private static let systemFolders = [
    "/etc", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64", "/usr/include", "/usr/share", "/usr", "/bin", "/sbin",
    "/lib",
    "/lib64", "/boot", "/sys", "/proc", "/System", "/Library", "/var/lib", "/run",
  ]
  private static let startupFiles = [
    "~/.bashrc", "~/.bash_profile", "~/.profile", "~/.zshrc", "~/.zprofile", "*/.bashrc", "*/.profile", "*/.zshrc",
    "*/.bash_profile", "*/.ssh/authorized_keys", "*/.ssh/config", "/etc/cron*", "/var/spool/cron*", "/etc/sudoers*",
    "/etc/passwd",
    "/etc/rc.local", "/etc/profile*", "/etc/ld.so.preload", "/etc/systemd/system/*", "*/.config/systemd/user/*",
    "*/.git/hooks/*", ".git/hooks/*", "/etc/pam.d/*", "/etc/init.d/*",
  ].map(Glob.init)
  private static let secretFiles = [
    "/etc/shadow", "/etc/gshadow", "*/.ssh/id_*", "*/.ssh", "*/.aws/credentials", "*/.aws/config", "*/.netrc",
    "*/.pgpass",
    "*/.kube/config", "*/.docker/config.json", "*/.npmrc", "*/.pypirc", "*/.git-credentials", ".env", "*/.env",
    ".env.*",
    "*/.env.*", "*.pem", "*/.gnupg*", "*/.vault-token", "*/.config/gcloud/*", "/proc/*/environ", "*id_rsa*",
    "*id_ed25519*",
    "*/credentials.json", "*service-account*.json",
  ].map(Glob.init)
}
