import Configuration
import Foundation

/// The files that run what two configurations say, under users of their own.
struct UnitSet {
  var users = UnitUsers()
  /// Directory of the programs.
  var programs: String
  var recorder: StenoConfiguration?
  var gateway: StenoConfiguration?
  /// Name of a witness on this host, if there is one.
  var witness: String?

  static let units = "/etc/systemd/system"
  static let witnessState = "/var/lib/steno-witness"
  static let witnessLogs = "/etc/steno/witnessed.vkey"

  /// - Throws: `CommandFailure` where the two files do not fit together.
  func files() throws -> [UnitFile] {
    if let recorder, let gateway, gateway.gateways.allSatisfy({ $0.recorder == nil }),
      recorder.recorder.ingest != gateway.recorder.ingest
    {
      throw CommandFailure(
        "\(recorder.file) and \(gateway.file) name different ingest sockets; recorder.ingest must be the same in both")
    }
    var files = [users.file]
    var places: [String] = []
    if let recorder {
      places += try recorderPlaces(recorder)
      files.append(UnitFile(path: "\(UnitSet.units)/steno-recorder.service", text: recorderUnit(recorder)))
    }
    if let gateway {
      places += gatewayPlaces(gateway)
      files.append(UnitFile(path: "\(UnitSet.units)/steno-gateway.service", text: gatewayUnit(gateway)))
    }
    if let witness {
      places.append("d \(UnitSet.witnessState) 0700 \(users.witness) \(users.witness) -")
      files.append(UnitFile(path: "\(UnitSet.units)/steno-witness.service", text: witnessUnit(witness)))
    }
    if !places.isEmpty {
      files.append(
        UnitFile(
          path: "/etc/tmpfiles.d/steno.conf",
          text: "# Made by `steno units`: folders, and who may enter them.\n" + places.joined(separator: "\n") + "\n"))
    }
    return files
  }

  // MARK: Services

  private func recorderUnit(_ configuration: StenoConfiguration) -> String {
    let section = configuration.recorder
    let sandbox = UnitSandbox(
      writes: [section.store, UnitSet.folder(section.ingest), UnitSet.folder(section.query)],
      usesNetwork: section.ingestTLS != nil || !configuration.witnesses.isEmpty || configuration.timestamps != nil
        || !configuration.notifications.isEmpty,
      bindsLowPort: section.ingestTLS.map { $0.listen.port < 1024 } ?? false)
    return service(
      "Steno's recorder: alone owns the record", user: users.recorder, after: ["network.target"],
      command: [program("steno-recorder"), "--config", configuration.file], sandbox,
      // The record goes on where other services are ended for want of memory.
      more: [UnitSet.reload, "OOMScoreAdjust=-500"])
  }

  private func gatewayUnit(_ configuration: StenoConfiguration) -> String {
    let sandbox = UnitSandbox(
      writes: [], hides: recorder.map { [$0.recorder.store, UnitSet.folder($0.recorder.query)] } ?? [],
      usesNetwork: true, bindsLowPort: configuration.connections.contains { $0.listenPort < 1024 })
    return service(
      "Steno's gateway: passes nothing that is not on record", user: users.gateway,
      after: ["network-online.target", "steno-recorder.service"], wants: ["network-online.target"],
      command: [program("steno-gateway"), "--config", configuration.file], sandbox, more: [UnitSet.reload])
  }

  private func witnessUnit(_ name: String) -> String {
    service(
      "Steno's witness: cosigns logs of other hosts", user: users.witness, after: ["network.target"],
      command: [
        program("steno-witness"), "--state", UnitSet.witnessState, "--listen", "0.0.0.0:7380", "--name", name, "--log",
        UnitSet.witnessLogs,
      ], UnitSandbox(writes: [UnitSet.witnessState], usesNetwork: true))
  }

  /// What SIGHUP puts in force needs no start.
  private static let reload = "ExecReload=/bin/kill -HUP $MAINPID"

  private func service(
    _ description: String, user: String, after: [String], wants: [String] = [], command: [String],
    _ sandbox: UnitSandbox, more: [String] = []
  ) -> String {
    var lines = [
      "# Made by `steno units`; `systemctl edit` is the place for changes.", "[Unit]", "Description=\(description)",
      "Documentation=man:systemd.exec(5)", "After=\(after.joined(separator: " "))",
    ]
    if !wants.isEmpty { lines.append("Wants=\(wants.joined(separator: " "))") }
    lines += [
      "StartLimitIntervalSec=60", "StartLimitBurst=20", "", "[Service]", "Type=exec",
      "ExecStart=\(command.map(UnitSandbox.quote).joined(separator: " "))", "User=\(user)", "Group=\(user)",
      "Restart=on-failure", "RestartSec=1", "TimeoutStopSec=30", "LimitNOFILE=65536",
    ]
    lines += more + sandbox.lines
    lines += ["", "[Install]", "WantedBy=multi-user.target", ""]
    return lines.joined(separator: "\n")
  }

  // MARK: Folders

  /// tmpfiles.d(5)
  private func recorderPlaces(_ configuration: StenoConfiguration) throws -> [String] {
    let section = configuration.recorder
    let (ingest, query) = (UnitSet.folder(section.ingest), UnitSet.folder(section.query))
    guard ingest != query else {
      throw CommandFailure(
        "recorder.ingest and recorder.query are in one folder; the two sockets have different groups, so give each a folder"
      )
    }
    let ingestGroup = configuration.gateways.contains { $0.uid != nil } ? users.gateway : users.recorder
    var places = [
      // The sockets get their folder's group: the gateway's, and that of the people who may look.
      UnitSet.folder(ingest, "2750", users.recorder, ingestGroup),
      UnitSet.folder(query, "2750", users.recorder, users.readers),
      UnitSet.folder(section.store, "0700", users.recorder, users.recorder),
      UnitSet.file(configuration.file, "0640", "root", users.recorder),
    ]
    if let tls = section.ingestTLS { places.append(UnitSet.file(tls.key, "0400", users.recorder, users.recorder)) }
    places += configuration.notifications.compactMap(\.secretFile).map {
      UnitSet.file($0, "0400", users.recorder, users.recorder)
    }
    return places
  }

  private func gatewayPlaces(_ configuration: StenoConfiguration) -> [String] {
    var secrets = configuration.connections.compactMap(\.upstream.passwordFile)
    secrets += configuration.connections.compactMap { $0.tls?.key }
    secrets += configuration.masks.compactMap(\.keyFile)
    secrets += configuration.gateways.compactMap { $0.recorder?.key }
    // The approvers in it are root's to change: not even a gateway that was taken over can add one.
    return [UnitSet.file(configuration.file, "0640", "root", users.gateway)]
      + secrets.map { UnitSet.file($0, "0400", users.gateway, users.gateway) }
  }

  private func program(_ name: String) -> String { "\(programs)/\(name)" }

  private static func folder(_ path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  private static func folder(_ path: String, _ mode: String, _ user: String, _ group: String) -> String {
    "d \(UnitSandbox.quote(path)) \(mode) \(user) \(group) -"
  }

  private static func file(_ path: String, _ mode: String, _ user: String, _ group: String) -> String {
    "z \(UnitSandbox.quote(path)) \(mode) \(user) \(group) -"
  }
}
