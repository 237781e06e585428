import Signatures

extension ConfigurationReader {
  mutating func readGateways() -> [StenoConfiguration.GatewaySection] {
    var names = UniqueNames(what: "gateway", problems: problems)
    var identities: Set<CertificateIdentity> = []
    var gateways: [StenoConfiguration.GatewaySection] = []
    for var section in root.tables("gateway") {
      let name = names.take(&section, example: "\"gateway\"")
      let uid = user(&section)
      let certificate = readIdentity(&section, &identities)
      let recorder = readRecorderLink(&section)
      section.finish()
      if let name { gateways.append(.init(name: name, uid: uid, certificate: certificate, recorder: recorder)) }
    }
    return gateways.isEmpty ? [.init(name: "gateway", uid: nil)] : gateways
  }

  private func readIdentity(
    _ section: inout SectionReader, _ taken: inout Set<CertificateIdentity>
  ) -> CertificateIdentity? {
    guard let text = section.string("certificate") else { return nil }
    let path = section.path("certificate")
    guard let identity = CertificateIdentity(text) else {
      problems.error(
        path,
        "is \(quoted(text)), which names no certificate; write dns: and a DNS name in it, or spki-sha256: and the 64 hex "
          + "digits of its public key's SHA-256")
      return nil
    }
    if !taken.insert(identity).inserted {
      problems.error(path, "is another gateway's too; one certificate speaks as one gateway")
    }
    if section.has("uid") || section.has("user") {
      problems.error(path, "stands beside a user; a gateway's name is bound to one of the two")
    }
    return identity
  }

  mutating func readIngestTLS(_ section: inout SectionReader) -> IngestTLS? {
    guard var tls = section.table("ingest_tls") else { return nil }
    let listen = address(&tls, "listen", example: "\"0.0.0.0:7443\"")
    let files = linkFiles(&tls)
    tls.finish()
    guard let listen, let files else { return nil }
    return IngestTLS(
      listen: listen, certificate: files.certificate, key: files.key, authorities: files.authorities)
  }

  private func readRecorderLink(_ section: inout SectionReader) -> RecorderLink? {
    guard var link = section.table("recorder") else { return nil }
    let address = address(&link, "address", example: "\"recorder.example.net:7443\"")
    let files = linkFiles(&link)
    let name = link.string("server_name")
    link.finish()
    if let name, name.isEmpty || name.utf8.count > 253 || name.contains(where: { $0.isWhitespace }) {
      problems.error(link.path("server_name"), "is no name of a host")
    }
    guard let address, let files else { return nil }
    return RecorderLink(
      address: address, certificate: files.certificate, key: files.key, authorities: files.authorities,
      serverName: name ?? address.host)
  }

  private func linkFiles(_ section: inout SectionReader) -> (certificate: String, key: String, authorities: String)? {
    let certificate = section.requiredString("certificate", example: "\"tls/own.pem\"")
    let key = section.requiredString("key", example: "\"tls/own.key\"")
    let authorities = section.requiredString("ca_file", example: "\"tls/ca.pem\"")
    guard let certificate, let key, let authorities else { return nil }
    return (resolvePath(certificate), resolvePath(key), resolvePath(authorities))
  }

  private func address(_ section: inout SectionReader, _ key: String, example: String) -> HostPort? {
    guard let text = section.requiredString(key, example: example) else { return nil }
    guard let address = HostPort(text) else {
      problems.error(section.path(key), "is \(quoted(text)); write host:port, for example \(example)")
      return nil
    }
    return address
  }
}
