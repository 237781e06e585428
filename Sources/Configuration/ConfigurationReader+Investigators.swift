import Signatures

extension ConfigurationReader {
  /// `[investigators] certificates = ["investigators/jane.pem"]`: who can open what connections seal with `originals = "sealed"`.
  mutating func readInvestigators(_ connections: [ConnectionSection]) -> [String] {
    var files: [String] = []
    if var section = root.table("investigators") {
      files = (section.strings("certificates") ?? []).map(resolvePath)
      section.finish()
      if files.isEmpty {
        problems.error(section.path("certificates"), "is empty; name the PEM files of the investigators' certificates")
      } else if files.count > Investigators.limit {
        problems.error(section.path("certificates"), "names more than \(Investigators.limit) files")
      }
    }
    if files.isEmpty, let asking = connections.first(where: \.sealsOriginals) {
      problems.error(
        "investigators",
        "is missing, and connection \(quoted(asking.name)) seals originals; add [investigators] with "
          + "certificates = [\"investigators/jane.pem\"]")
    }
    return files
  }
}

extension StenoConfiguration {
  /// Reads the investigators' certificates.
  /// - Throws: `ConfigurationErrors` for one that cannot be read, has expired or cannot be sealed to.
  package func investigators() throws(ConfigurationErrors) -> Investigators {
    do {
      return try Investigators(files: investigatorFiles)
    } catch {
      throw ConfigurationErrors(
        file: file, problems: [.init(path: "investigators.certificates", message: error.description)])
    }
  }
}
