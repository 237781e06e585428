import NIOCore
import NIOPosix
import PostgresAdapter
import ProxyCore
import Signatures

// Questions of the gateway's own to a target, each on a connection of its own.
extension ListenerEnvironment {
  /// How long a question may take, its login included.
  private static let patience = TimeAmount.seconds(2)

  func ask(
    _ questions: [ProbeMachine.Question], as login: TargetLogin, parameters: [(String, String)],
    limit: (rows: Int, bytes: Int), on loop: any EventLoop
  ) -> EventLoopFuture<[[String?]]> {
    let promise = loop.makePromise(of: [[String?]].self)
    let settings = probeSettings
    var drawn = [UInt8](repeating: 0, count: 18)
    SecureRandom.fill(&drawn)
    let nonce = drawn
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(Self.patience).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let machine = ProbeMachine(
          settings: settings, login: login, parameters: parameters, questions: questions, limit: limit, nonce: nonce)
        try channel.pipeline.syncOperations.addHandler(
          ProbeHandler(machine: machine, patience: Self.patience, answer: promise) { try self.secureUpstream($0) })
      }
    }
    connect(bootstrap).whenFailure { _ in promise.fail(ProbeFailure(reason: "the target cannot be reached")) }
    return promise.futureResult
  }

  /// Completes when the functions of the connection's database are known, or cannot be.
  func functionsRefreshed(on loop: any EventLoop) -> EventLoopFuture<Void> {
    functions.refreshed(on: loop) {
      ask(
        [.simple(FunctionQuery.text)], as: TargetLogin(user: connection.user, password: connection.password),
        parameters: [("application_name", "steno")], limit: (FunctionQuery.mostRows, FunctionQuery.mostBytes), on: loop
      ).flatMapThrowing { rows in
        guard let read = FunctionQuery.read(rows) else { throw ProbeFailure(reason: "an answer that cannot be read") }
        return FunctionBook.Known(functions: read.functions, searchPath: read.searchPath)
      }
    }
  }
}
