import Foundation
import FoundationNetworking
import Signatures

/// Posts JSON to a URL.
///
/// With a secret the request carries `Steno-Signature: t=UNIXTIME,v1=HEX`, where HEX is HMAC-SHA-256 of `UNIXTIME.BODY`, so that its
/// receiver can tell who sent it and when. Redirects are not followed.
final class Webhook: NSObject, URLSessionTaskDelegate, Sendable {
  /// Seconds for one attempt.
  static let patience = 5.0

  private let url: URL
  private let secret: [UInt8]?

  init(url: URL, secret: [UInt8]?) {
    self.url = url
    self.secret = secret
  }

  static func signature(_ body: Data, secret: [UInt8], at seconds: Int64) -> String {
    let signed = Array("\(seconds).".utf8) + body
    return "t=\(seconds),v1=\(MessageAuthentication.hmac(key: secret, signed))"
  }

  /// - Returns: what went wrong, without anything of the answer; nil when it was taken.
  func post(_ body: Data, at seconds: Int64) async -> String? {
    var request = URLRequest(url: url, timeoutInterval: Self.patience)
    request.httpMethod = "POST"
    request.httpBody = body
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue("steno", forHTTPHeaderField: "User-Agent")
    if let secret {
      request.setValue(Self.signature(body, secret: secret, at: seconds), forHTTPHeaderField: "Steno-Signature")
    }
    let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    do {
      let (_, response) = try await session.data(for: request)
      guard let status = (response as? HTTPURLResponse)?.statusCode else { return "no HTTP answer" }
      return (200..<300).contains(status) ? nil : "HTTP \(status)"
    } catch {
      return "not reached (\((error as? URLError)?.code.rawValue ?? 0))"
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }
}
