import Configuration

/// The users and groups of an installation.
struct UnitUsers: Equatable {
  var recorder = "steno-recorder"
  var gateway = "steno-gateway"
  var witness = "steno-witness"
  /// The group whose members may look.
  var readers = "steno-readers"

  init() {}

  /// The users that the recorder's configuration names; a number where the system has no name for one.
  init(_ configuration: StenoConfiguration) {
    if let uid = configuration.recorder.uid { recorder = UnitUsers.name(uid) }
    if let uid = configuration.gateways.compactMap(\.uid).first { gateway = UnitUsers.name(uid) }
  }

  private static func name(_ uid: UInt32) -> String {
    LocalUser.name(uid) ?? String(uid)
  }

  /// sysusers.d(5)
  var file: UnitFile {
    UnitFile(
      path: "/etc/sysusers.d/steno.conf",
      text: """
        # Made by `steno units`. The recorder's user is in nobody's group, and nobody is in its.
        u \(recorder) - "Steno's recorder"
        u \(gateway) - "Steno's gateway"
        u \(witness) - "Steno's witness"
        # Who may look: add people to it, and name them in recorder.readers or as approvers.
        g \(readers) -

        """)
  }
}
