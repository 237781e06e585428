import SessionModel

extension ShellWalker {
  private static let curlValued: Set<String> = [
    "-X", "--request", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--data-ascii", "--json",
    "-F", "--form",
    "--form-string", "-T", "--upload-file", "-o", "--output", "-H", "--header", "-u", "--user", "-A", "--user-agent",
    "-b", "--cookie",
    "-c", "--cookie-jar", "-e", "--referer", "-x", "--proxy", "-m", "--max-time", "--connect-timeout", "-w",
    "--write-out", "--retry",
    "--cacert", "--cert", "--key", "-E", "-K", "--config", "-r", "--range", "--url", "-Q", "--quote", "--resolve", "-D",
    "--dump-header", "--output-dir", "--unix-socket", "-U", "--proxy-user", "-C", "--interface", "-y", "-Y", "-z",
    "--limit-rate",
    "--retry-delay", "--retry-max-time", "--socks5", "--aws-sigv4", "--oauth2-bearer", "--max-redirs", "--ciphers",
  ]

  mutating func curl(_ call: ShellInvocation) {
    let parsed = call.parsed(Self.curlValued)
    if call.asksForHelp { return findings.add(.read, kind: "curl") }
    let data = parsed.allValues(
      "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--data-ascii", "--json")
    let forms = parsed.allValues("-F", "--form")
    let uploads = parsed.allValues("-T", "--upload-file")
    let isGet = parsed.has("-G") || parsed.has("--get")
    let isHead = parsed.has("-I") || parsed.has("--head")
    let fallback = !uploads.isEmpty ? "PUT" : (data.isEmpty && forms.isEmpty) || isGet ? "GET" : "POST"
    let method = parsed.value("-X", "--request")?.text ?? (isHead ? "HEAD" : fallback)
    if parsed.value("-K", "--config") != nil { findings.add(.unknown, kind: "curl", reasons: ["configuration_file"]) }
    if let quote = parsed.value("-Q", "--quote") {
      findings.add(.unknown, kind: "curl", reasons: ["server_command"], objects: [quote.text])
    }
    let body = data.map { $0.text == "@-" ? inputText(call.input) : $0.text }.joined(separator: "&")
    let urls = parsed.operands + parsed.allValues("--url")
    request("curl", method, urls, body)
    for output in parsed.allValues("-o", "--output") { wrote(output, kind: "curl", overwrites: true) }
    if parsed.has("-O") || parsed.has("--remote-name") { findings.add(.write, kind: "curl") }
    let files = (data + forms).compactMap { sentFile($0.text) } + uploads
    sent(files, "curl")
    if data.contains(where: { $0.text == "@-" }) || uploads.contains(where: { $0.text == "-" }) {
      findings.note("sends_data")
    }
    if data.contains(where: { $0.isPartlyUnknown }) || urls.contains(where: { $0.isPartlyUnknown }) {
      findings.note("sends_data")
    }
  }

  private func inputText(_ input: ShellInput) -> String {
    if case .text(let text) = input { return text }
    return ""
  }

  private func sentFile(_ text: String) -> ShellArgument? {
    guard let at = text.firstIndex(of: "@"), at == text.startIndex || text[text.index(before: at)] == "=" else {
      return nil
    }
    let name = text[text.index(after: at)...].prefix { $0 != ";" }
    return name.isEmpty || name == "-" ? nil : ShellArgument(text: String(name))
  }

  private mutating func sent(_ files: [ShellArgument], _ kind: String) {
    for file in files where file.text != "-" {
      findings.note("sends_file")
      if PathRank(file) == .secret {
        findings.add(.unknown, kind: kind, reasons: ["secret_may_leave"], objects: [file.text])
      }
    }
  }

  private mutating func request(_ kind: String, _ method: String, _ urls: [ShellArgument], _ body: String) {
    let urls = urls.isEmpty ? [ShellArgument(text: "/")] : urls
    for url in urls.prefix(8) {
      let facts = HTTPClassifier.facts(method: method, path: Self.path(of: url.text), body: body)
      let reasons = facts.reasons + (url.isWhollyUnknown ? ["address_unknown"] : [])
      findings.add(facts.statementClass, kind: "\(kind)_\(facts.kind)", reasons: reasons, objects: [url.text])
    }
  }

  /// `https://host/a/b?c` → `/a/b`.
  private static func path(of url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    guard let slash = rest.firstIndex(of: "/") else { return "/" }
    return String(rest[slash...])
  }

  mutating func wget(_ call: ShellInvocation) {
    let parsed = call.parsed([
      "-O", "--output-document", "-o", "--output-file", "-P", "--directory-prefix", "--method", "--body-data",
      "--post-data", "--body-file", "--post-file", "--header", "-U", "--user-agent", "-t", "-T", "-i", "-e",
      "--execute", "-a", "-Q", "-w", "-A", "-R", "-D", "-l",
    ])
    if call.asksForHelp { return findings.add(.read, kind: "wget") }
    let data = parsed.value("--post-data", "--body-data")?.text ?? ""
    let file = parsed.value("--post-file", "--body-file")
    let method = parsed.value("--method")?.text ?? (data.isEmpty && file == nil ? "GET" : "POST")
    request("wget", method, parsed.operands, data)
    if let file { sent([file], "wget") }
    if let output = parsed.value("-O", "--output-document") {
      wrote(output, kind: "wget", overwrites: true)
    } else if !parsed.has("--spider") {
      findings.add(.write, kind: "wget")
    }
  }

  mutating func httpie(_ call: ShellInvocation) {
    let parsed = call.parsed(["-a", "--auth", "-o", "--output", "--session", "-A", "--timeout", "--proxy", "--verify"])
    var operands = parsed.operands
    let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    var method = "GET"
    if let first = operands.first, methods.contains(first.text.uppercased()) {
      method = first.text
      operands.removeFirst()
    } else if operands.count > 1 || call.input != .inherited {
      method = "POST"
    }
    guard let url = operands.first else { return findings.add(.read, kind: call.program) }
    request(call.program, method, [url], operands.dropFirst().map(\.text).joined(separator: " "))
  }
}
