import Policy
import ProxyCore

// What sessions of one run have returned, told to each of them.
extension Relay {
  /// The run that a session has entered, and what of it the machine knows.
  struct EnteredRun {
    var key: RunBook.Key
    var version: Int
  }

  /// The machine asks what this run has returned.
  func enter(_ run: String) {
    let key = RunBook.Key(principal: requesters.first ?? "", run: run)
    let entry = environment.runs.entry(key)
    entered = EnteredRun(key: key, version: entry.version)
    receive(.runReturned(run, entry.tally, asksAgain: false))
  }

  func flowed(_ part: Outflow, _ touched: TouchedObjects, run: String) {
    let key = RunBook.Key(principal: requesters.first ?? "", run: run)
    let entry = environment.runs.add(part, touched, to: key)
    let isAlone = entered?.key == key && entered?.version == entry.version - 1
    entered = EnteredRun(key: key, version: entry.version)
    if !isAlone { receive(.runReturned(run, entry.tally, asksAgain: false)) }
  }

  /// Other sessions of the run have returned more: the machine is told first, and asks again. True when it is.
  func tellsRun() -> Bool {
    guard let known = entered else { return false }
    let entry = environment.runs.entry(known.key)
    guard entry.version != known.version else { return false }
    entered?.version = entry.version
    receive(.runReturned(known.key.run, entry.tally, asksAgain: true))
    return true
  }
}
