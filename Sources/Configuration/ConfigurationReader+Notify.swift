import Foundation
import SessionModel

extension ConfigurationReader {
  mutating func readNotifications() -> [StenoConfiguration.NotifySection] {
    var names = UniqueNames(what: "notify", problems: problems)
    var sections: [StenoConfiguration.NotifySection] = []
    for var section in root.tables("notify") {
      let name = names.take(&section, example: "\"on-call\"")
      let webhook = section.string("webhook")
      let command = section.strings("command")
      let secret = section.string("secret_file")
      let risk = section.has("risk") ? section.word("risk", Risk.self) : .low
      section.finish()
      if (webhook == nil) == (command == nil), !section.has("webhook") || section.has("command") {
        problems.error(section.path, "needs either webhook = \"https://…\" or command = [\"/path/of/program\"]")
      }
      if let webhook { checkWebhook(webhook, section.path("webhook"), isSigned: secret != nil) }
      if let command, command.first?.hasPrefix("/") != true {
        problems.error(section.path("command"), "must begin with a program's absolute path")
      }
      if command != nil, secret != nil {
        problems.warning(section.path("secret_file"), "is not used by a command")
      }
      guard let name, let risk else { continue }
      sections.append(
        .init(
          name: name, webhook: webhook, secretFile: secret.map(resolvePath), command: command ?? [], risk: risk))
    }
    return sections
  }

  private func checkWebhook(_ text: String, _ path: String, isSigned: Bool) {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      url.host?.isEmpty == false
    else { return problems.error(path, "is no http:// or https:// URL") }
    if scheme == "http", !["127.0.0.1", "::1", "localhost"].contains(url.host ?? "") {
      problems.warning(path, "goes in clear text; use https")
    }
    if !isSigned { problems.warning(path, "is not signed; name a secret_file of mode 0600") }
  }
}
