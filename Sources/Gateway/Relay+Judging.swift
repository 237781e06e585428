import NIOCore
import Policy
import ProxyCore

// A request is judged at once where that is cheap and all is known, and elsewhere on a thread of its own.
extension Relay {
  func judge(_ request: JudgeRequest) {
    if tellsRun() { return }
    let judge = terms.judge
    let functions = environment.functions
    if request.functionsDoubted, !doubtsFunctions {
      doubtsFunctions = true
      functions.doubt()
    }
    var informed = request
    informed.functions = functions.known?.functions
    if judge.isCheap(request.text) {
      let judgement = judge.judge(informed)
      if !judgement.asksFunctions || functions.isFresh {
        if judgement.asksRows, plan(informed, judgement) { return }
        inbox.append(.judged(judgement))
        return
      }
    }
    // The target's catalogue is asked first, or a long or deep text has a thread of its own: other sessions of this loop go on.
    let relay = NIOLoopBound(self, eventLoop: lane.eventLoop)
    let loop = lane.eventLoop
    let judges = environment.judges
    environment.functionsRefreshed(on: loop).whenComplete { _ in
      judges.submit { _ in
        var informed = request
        informed.functions = functions.known?.functions
        let judgement = judge.judge(informed)
        loop.execute {
          // Rules that came into force meanwhile decide.
          if relay.value.terms.judge === judge {
            if judgement.asksRows, relay.value.plan(request, judgement) { return }
            relay.value.receive(.judged(judgement))
          } else {
            relay.value.judgeAgain(request)
          }
        }
      }
    }
  }

  /// Judges a request whose answer comes by itself, outside of any other input.
  func judgeAgain(_ request: JudgeRequest) {
    judge(request)
    if !inbox.isEmpty { performInbox() }
  }
}
