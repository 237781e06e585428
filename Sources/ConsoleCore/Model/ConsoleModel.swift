import SessionModel

/// Everything that the console knows and shows. Changed by `update` alone.
package struct ConsoleModel: Sendable {
  /// Sessions kept; the least active ended ones go first.
  static let maximumSessions = 5_000
  /// Decided requests kept.
  static let maximumHistory = 500

  package var size: Size
  package var now: Timestamp
  package var link = Link.connecting
  package var caller: Caller?
  var sessions: [SessionID: SessionSummary] = [:]
  var haveSessions = false
  /// Sessions that the filter lets through; nil without one.
  var matching: Set<SessionID>?
  var approvals: [ApprovalView] = []
  var haveApprovals = false
  var signals: Signals?
  var signalsAsked: Timestamp?
  /// Requests that were decided, newest first.
  var history: [ApprovalView] = []
  /// How steps that match a trend's query are spread over time.
  var trends: [String: SearchFacets] = [:]
  var range = TrendRange.day
  var tailAt: UInt64?
  /// The screens one over the other, the shown one last. Never empty.
  package var stack: [Screen] = [.live(LiveScreen())]
  package var overlay: Overlay?
  /// Of the last thing that went wrong or was done, until the next key.
  var notice: Notice?
  var timeForm = TimeForm.utc
  /// Of the machine that the person sits at.
  package var zone = Zone.utc
  package var keys = Keymap.standard
  /// Nothing can be decided or ended from here.
  package var isReadOnly = false
  /// What is looked at where it is no recorder's: a bundle or a copy of a store, and what its check found; nil for a recorder.
  package var copyFinding: String?
  /// Microseconds without a key after which an approver's screen is hidden; nil never.
  package var lockAfter: Int64?
  var lastKey: Timestamp
  var hasMouse = false
  /// Steps seen lately, all sessions together.
  var rate = RateWindow()
  /// How long targets took lately, all sessions together.
  var latency = LatencyWindow()
  /// The newest step that was seen of each session: what is above it has just come.
  var newestStep: [SessionID: Int] = [:]
  /// What this console was told of decisions, by nonce, before lists say the same.
  var decidedHere: [String: ApprovalView] = [:]
  /// Grants that were revoked from here, by nonce, before lists say the same.
  var revokedHere: [String: GrantView] = [:]
  /// The person's own, from their file.
  package var searches: [SavedSearch] = []
  /// What is to be compared with what is chosen next.
  var picked: ComparePick?
  /// Which section of the signals has the keys.
  var signalsRow = 0
  /// Marks that were set here and are not on record yet, or never will be.
  var marks: [SessionID: [Character: Int]] = [:]

  package enum Link: Equatable, Sendable {
    case connecting
    case connected
    case disconnected(reason: String, since: Timestamp)
  }

  struct Notice: Equatable, Sendable {
    var text: String
    var isError: Bool
  }

  package init(size: Size, now: Timestamp) {
    self.size = size
    self.now = now
    lastKey = now
  }

  /// Something to be said from the start: a theme that could not be read.
  package mutating func tell(_ fault: String) {
    notice = Notice(text: fault, isError: true)
  }

  /// What to ask for when the console starts, and again when a lost connection is back.
  package var opening: [Command] {
    [.loadSessions(query: nil), .loadApprovals, .loadSignals, .tail(session: nil, after: tailAt)]
  }

  package var context: Context { screen.context }

  var screen: Screen {
    get { stack[stack.count - 1] }
    set { stack[stack.count - 1] = newValue }
  }

  var waiting: [ApprovalView] {
    approvals.filter { $0.outcome == .waiting && $0.expires > now }.sorted {
      $0.since == $1.since ? $0.id < $1.id : $0.since < $1.since
    }
  }

  /// How long a loop may wait before the next tick, in milliseconds.
  package var tickMilliseconds: Int {
    if case .prompt(let prompt) = overlay, prompt.changed != nil { return 60 }
    return switch screen {
    case .decision: 100
    case .session(let session): session.shell?.isBehind == true ? 16 : session.isPlaying ? 50 : 500
    case .live, .search, .approvals, .signals, .wall, .compare: 500
    }
  }
}

/// One screen of the stack with its own state.
package enum Screen: Sendable {
  case live(LiveScreen)
  case session(SessionScreen)
  case search(SearchScreen)
  case approvals(ApprovalsScreen)
  case decision(DecisionScreen)
  case signals
  case wall(WallScreen)
  case compare(CompareScreen)

  var context: Context {
    switch self {
    case .live: .live
    case .session: .session
    case .search: .search
    case .approvals: .approvals
    case .decision: .decision
    case .signals: .signals
    case .wall: .wall
    case .compare: .compare
    }
  }
}

/// What lies over the screen and takes the keys.
package enum Overlay: Equatable, Sendable {
  case help(scroll: Int)
  case prompt(Prompt)
  /// `m` or `'` waits for its letter.
  case letter(ActionName)
  /// Hidden until its code is typed.
  case locked(code: String?, typed: String)
  /// Something that is not undone: the reason is given, its code is awaited.
  case endCode(CodedAct, reason: String, code: String?, typed: String)
}

/// What a reason and a code are asked for, beside decisions.
package enum CodedAct: Equatable, Sendable {
  case end(SessionID)
  case revoke(grant: String)

  var token: String {
    switch self {
    case .end(let id): "end \(id)"
    case .revoke(let id): "revoke \(id)"
    }
  }
}

package struct Prompt: Equatable, Sendable {
  package enum Purpose: Equatable, Sendable {
    case search, filter, time, palette, saved
    /// The name under which a search is kept.
    case saveSearch
    case note(SessionID, step: Int)
    case endReason(CodedAct)
  }

  package var purpose: Purpose
  package var editor: LineEditor
  /// When a search that runs as it is typed was last changed and not yet sent.
  package var changed: Timestamp?
  /// Which of the palette's lines is chosen.
  package var choice = 0

  package init(purpose: Purpose, editor: LineEditor) {
    self.purpose = purpose
    self.editor = editor
  }
}

package struct LiveScreen: Sendable {
  enum Order: String, CaseIterable, Sendable {
    case risk, idle, age, agent, steps
  }

  var selected: SessionID?
  var scroll = 0
  var order = Order.risk
  var reversed = false
  var filter = ""
  var isFrozen = false
  /// The order at the moment of freezing.
  var frozen: [SessionID] = []
  /// Steps that came while frozen, or since the person last looked at the end.
  var arrived = 0
  /// Last steps of the selected session.
  var tail: [StepView] = []
  var tailOf: SessionID?
  var haveTail = false
  static let tailLength = 60
}

package struct SearchScreen: Sendable {
  var query: String
  var hits: [SearchHit] = []
  var next: UInt64?
  var isLoading = true
  var total: Int?
  var fault: String?
  var selected = 0
  /// The hits are of an earlier query, while those of this one are being looked for.
  var isStale = false
  /// Opened by typing, not yet by Enter: Esc takes it away again.
  var isPreview = false
  var facets: SearchFacets?
  /// Which value of the facets has the keys.
  var facet: Int?
}

package struct ApprovalsScreen: Sendable {
  var selected: String?
  /// The keys are in the list of what was decided, on the request of this nonce.
  var isInDecided = false
  var chosen: String?
  /// Rows of the selected request above the preview.
  var scroll = 0
}

package struct SessionScreen: Sendable {
  /// Steps kept around the selected one.
  static let window = 3_000
  static let page = 200
  /// Steps that are asked for where none are there.
  static let firstPage = 100

  enum Pane: Sendable { case steps, detail }

  var id: SessionID
  /// In order of their numbers, without holes that the recorder does not have.
  var steps: [StepView] = []
  var isLoading = false
  var reachedEnd = false
  var selected: Int?
  var pane = Pane.steps
  var scroll = 0
  /// Columns of the result left of the pane.
  var firstColumn = 0
  var isPlaying = false
  var isFrozen = false
  var speed = 1.0
  /// Microseconds since 1970 at which the replay stands.
  var position: Int64 = 0
  var marks: [Character: Int] = [:]
  var tables: [Int: ResultTable] = [:]
  var tableAsked: Set<Int> = []
  var showsBytes = false
  var bytes: [ByteSide: [UInt8]] = [:]
  var bytesTotal: [ByteSide: Int] = [:]
  var bytesStep: Int?
  var arrived = 0
  var found: Found?
  /// Looking for the next step that is not simply allowed, beyond what is loaded: +1 or -1.
  var seeking = 0
  /// The terminal, of a shell's session.
  var shell: ShellView?
  /// A time that was asked for, while the steps up to it are still being loaded.
  var seekTime: TimeSeek?
  /// Of the recorder, oldest first.
  var notes: [SessionNote] = []
  var similar: SimilarSearch?
  /// How results and values are shown.
  var unfolding = Unfolding.table

  struct Found: Sendable {
    var query: String
    var hits: [SearchHit]
    var index: Int?
    var total: Int?
    /// Cursor of the page after the loaded hits.
    var next: UInt64?
    /// The next hit was asked for and is still being loaded.
    var isLoading = false
  }

  func index(of step: Int) -> Int? {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].step < step { low = middle + 1 } else { high = middle }
    }
    return low < steps.count && steps[low].step == step ? low : nil
  }

  var current: StepView? { selected.flatMap(index(of:)).map { steps[$0] } }
}

/// One request before its decision.
package struct DecisionScreen: Sendable {
  /// Microseconds without a key before keys that decide are taken.
  static let quiet: Int64 = 800_000

  enum Entry: Equatable, Sendable {
    case none
    case note
    /// The reason of a denial.
    case reason
    /// What is granted with an approval.
    case grant
    /// The reason to ask others.
    case escalation
    /// What was typed of the code.
    case code(String)
  }

  enum Wish: Equatable, Sendable {
    case once, breakingGlass
    case grant(GrantWish)
  }

  var id: String
  var note = LineEditor()
  var wish = Wish.once
  var wishEditor = LineEditor()
  var entry = Entry.none
  var code: String?
  /// When the last thing happened that could have been a slip.
  var disturbed: Timestamp
  var hasFocus = true
  /// Rows of the command above the window.
  var scroll = 0
  /// The last row of the command has been on the screen.
  var seenAll = false
  var isFull = false
  /// What was sent and is not answered.
  var sent: Bool?
  var dropped = 0
  /// Hidden characters of the command and its values; counted once.
  var hidden: Int?
  /// The command in rows of the screen's width, made once for each width.
  var text: TextLines?
  /// Steps of the same session before it.
  var before: [StepView] = []

  var token: String { "decide " + id }

  func isArmed(at now: Timestamp) -> Bool {
    hasFocus && now.microseconds(since: disturbed) >= DecisionScreen.quiet
  }
}
