import SessionModel

/// Counts what has left in one session, and says which rules that concerns. Pure: no clock, no lock; a session's machine owns one.
///
/// The seam: an adapter calls `began` for each step that is answered, and `returned` for what it is about to forward, before it
/// forwards. What comes back names a rule that ends the session: this part must not leave. Rules that hold or deny are in
/// `passed` then, for the next request. What other sessions of the same run have returned comes in by `entered`, from whoever
/// sees them all.
package struct OutflowLedger: Equatable, Sendable {
  package struct Passed: Equatable, Sendable {
    package var rule: Rule
    package var limit: OutflowLimit
    /// What would have left, this part included.
    package var amount: Int64
  }

  private struct Count: Equatable, Sendable {
    let watch: OutflowWatch
    var amount: Int64 = 0
    /// The step that is answered counts.
    var counts = true
    /// A person has let the bound be passed: it holds again when more than this has left.
    var allowance: Int64?
  }

  private let connection: String
  private let agent: String
  private let principal: String
  private var counts: [Count] = []
  private var session = OutflowTally()
  private var run = OutflowTally()
  private var touched = TouchedObjects()
  /// Objects that the session's steps have named: a cursor may be of any of them.
  private var earlier: Set<String> = []
  /// The run that the session says it belongs to now.
  package private(set) var runName: String?
  /// Names of rules that hold or deny whose bound has been passed and not released since.
  package private(set) var passed: Set<String> = []
  /// Counts up whenever `passed` changes: what was judged before may be judged otherwise now.
  package private(set) var revision = 0

  private static let mostEarlier = 512

  package init(_ watches: [OutflowWatch], connection: String, agent: String, principal: String) {
    self.connection = connection
    self.agent = agent
    self.principal = principal
    watch(watches)
  }

  /// Whether what other sessions of the run have returned matters.
  package var asksForRuns: Bool { counts.contains { $0.watch.limit.scope == .run } }

  package var isIdle: Bool { counts.isEmpty }

  /// What the answer under way is of, for who counts a run.
  package var answering: TouchedObjects { touched }

  /// Other rules are in force. What has left so far counts for them too; what a person has released stays so.
  package mutating func watch(_ watches: [OutflowWatch]) {
    let old = counts
    counts = watches.filter { $0.concerns(connection: connection, agent: agent, principal: principal) }.map { watch in
      var count = Count(watch: watch)
      let same = old.first { $0.watch == watch }
      count.allowance = same?.allowance
      count.counts = watch.selects(touched)
      count.amount =
        switch watch.limit.scope {
        case .step: same?.amount ?? 0
        case .session: session.amount(for: watch)
        case .run: run.amount(for: watch)
        }
      return count
    }
    let kept = passed.filter { name in old.contains { $0.watch.name == name && counts.map(\.watch).contains($0.watch) }
    }
    if kept != passed {
      passed = kept
      revision += 1
    }
    note()
  }

  /// The answer to another step begins.
  package mutating func began(_ step: TouchedObjects) {
    touched = step
    if step.reachesBack { touched.names = Array(Set(step.names).union(earlier)).sorted() }
    for name in step.names where earlier.count < Self.mostEarlier { earlier.insert(name) }
    if earlier.count >= Self.mostEarlier, step.reachesBack { touched.isUnknown = true }
    for index in counts.indices {
      counts[index].counts = counts[index].watch.selects(touched)
      if counts[index].watch.limit.scope == .step { counts[index].amount = 0 }
    }
  }

  /// Counts what is about to leave.
  /// - Returns: A rule that ends the session; then this part does not leave. `nil` where it may.
  package mutating func returned(_ part: Outflow, at time: Timestamp?) -> Passed? {
    for index in counts.indices where counts[index].counts {
      var sum = Outflow(rows: counts[index].amount)
      sum += Outflow(rows: part.amount(of: counts[index].watch.limit.measure))
      counts[index].amount = sum.rows
    }
    if let ending = ending(at: time) { return ending }
    session.add(part, touched)
    run.add(part, touched)
    note()
    return nil
  }

  /// The session belongs to this run, of which so much has left by all sessions.
  /// - Returns: A rule that ends the session.
  package mutating func entered(run name: String, _ tally: OutflowTally, at time: Timestamp?) -> Passed? {
    runName = name
    run = tally
    for index in counts.indices where counts[index].watch.limit.scope == .run {
      counts[index].amount = tally.amount(for: counts[index].watch)
    }
    if let ending = ending(at: time) { return ending }
    note()
    return nil
  }

  /// A person has let a request pass that this rule held: as much again may leave before it holds once more.
  package mutating func released(_ rule: String) {
    guard let index = counts.firstIndex(where: { $0.watch.name == rule }), counts[index].watch.isReleasable,
      passed.remove(rule) != nil
    else { return }
    revision += 1
    let (more, overflow) = counts[index].amount.addingReportingOverflow(counts[index].watch.limit.maximum)
    counts[index].allowance = counts[index].watch.limit.scope == .step ? nil : overflow ? .max : more
    if counts[index].watch.limit.scope == .step { counts[index].amount = 0 }
  }

  private func isPassed(_ count: Count) -> Bool { count.amount > count.allowance ?? count.watch.limit.maximum }

  private func ending(at time: Timestamp?) -> Passed? {
    for count in counts where count.watch.ends && isPassed(count) && count.watch.applies(at: time, run: runName) {
      return Passed(rule: count.watch.rule, limit: count.watch.limit, amount: count.amount)
    }
    return nil
  }

  private mutating func note() {
    for count in counts where !count.watch.ends && isPassed(count) && !passed.contains(count.watch.name) {
      passed.insert(count.watch.name)
      revision += 1
    }
  }
}
