/// One line of the table from which key handling, the bottom bar, the help and the palette are made.
package struct Binding: Equatable, Sendable {
  package let name: ActionName
  package let title: String
  package internal(set) var keys: [Key]
  package let contexts: Set<Context>
  package let help: String
  /// Two or three words for the bottom bar; nil keeps it out.
  package let bar: String?
  package let isDangerous: Bool

  /// How the keys are written.
  package var keyNames: String { keys.prefix(3).map(\.name).joined(separator: " ") }

  init(
    _ name: ActionName, _ title: String, _ keys: [Key], _ contexts: Set<Context>, _ help: String, bar: String? = nil,
    isDangerous: Bool = false
  ) {
    self.name = name
    self.title = title
    self.keys = keys
    self.contexts = contexts
    self.help = help
    self.bar = bar
    self.isDangerous = isDangerous
  }

  private static let everywhere = Set(Context.allCases)

  package static let table: [Binding] = [
    Binding(.play, "play", [.character(" ")], [.session], "play and pause", bar: "play"),
    Binding(.stepForward, "step", [.character(".")], [.session], "next step", bar: "step"),
    Binding(.stepBack, "step-back", [.character(",")], [.session], "previous step"),
    Binding(
      .nextVerdict, "next-verdict", [.character("]")], [.session], "next step not simply allowed", bar: "verdict"),
    Binding(.previousVerdict, "previous-verdict", [.character("[")], [.session], "previous step not simply allowed"),
    Binding(.back5, "back-5s", [.character("h")], [.session], "five seconds back", bar: "5 s"),
    Binding(.forward5, "forward-5s", [.character("l")], [.session], "five seconds on"),
    Binding(
      .tenth, "tenth", (0...9).map { .character(Character(String($0))) }, [.session], "jump to a tenth of the session"),
    Binding(.slower, "slower", [.character("<")], [.session], "half the speed", bar: "speed"),
    Binding(.faster, "faster", [.character(">")], [.session], "double the speed"),
    Binding(.columnsLeft, "columns-left", [.left], [.session], "columns of the result to the left"),
    Binding(.columnsRight, "columns-right", [.right], [.session], "columns of the result to the right"),
    Binding(.facets, "facets", [.tab], [.search], "into the facets and back", bar: "facets"),
    Binding(.later, "later", [.character("l"), .right], [.search], "one bar of the histogram later"),
    Binding(.earlier, "earlier", [.character("h"), .left], [.search], "one bar of the histogram earlier", bar: "bar"),
    Binding(.range, "range", [.character("t")], [.signals], "trends over 24 h, 7 d or 30 d", bar: "range"),
    Binding(.deny, "deny", [.character("d")], [.decision], "deny, with a reason", isDangerous: true),
    Binding(
      .approve, "approve", [.character("A")], [.decision], "approve this once: then type the code", isDangerous: true),
    Binding(
      .grant, "grant", [.character("n")], [.decision], "with the approval, let it run again: 10 2h any",
      isDangerous: true),
    Binding(
      .escalate, "escalate", [.character("e")], [.decision], "ask the second group of its rule now, with a reason",
      isDangerous: true),
    Binding(
      .breakGlass, "break-glass", [.character("b")], [.decision], "approve alone in an emergency, with a note",
      isDangerous: true),
    Binding(
      .decidedList, "decided", [.tab], [.approvals], "to what was decided, and back", bar: "decided"),
    Binding(
      .revokeGrant, "revoke-grant", [.character("x")], [.approvals], "revoke a grant: reason, then its code",
      isDangerous: true),
    Binding(.note, "note", [.tab], [.decision], "write the note that goes with the decision", bar: "note"),
    Binding(.skip, "skip", [.character("s")], [.decision], "leave it waiting and go to the next"),
    Binding(.nextRequest, "next-request", [.character("J")], [.decision], "next request", bar: "next"),
    Binding(.previousRequest, "previous-request", [.character("K")], [.decision], "previous request", bar: "prev"),
    Binding(
      .fullCommand, "full-command", [.character("z")], [.decision], "the command on the whole screen", bar: "full"),
    Binding(.down, "down", [.character("j"), .down], everywhere, "down", bar: "move"),
    Binding(.up, "up", [.character("k"), .up], everywhere, "up"),
    Binding(.top, "top", [.character("g"), .home], everywhere, "first"),
    Binding(.bottom, "bottom", [.character("G"), .end], everywhere, "last"),
    Binding(.halfDown, "half-down", [.control("d"), .pageDown], everywhere, "half a page down"),
    Binding(.halfUp, "half-up", [.control("u"), .pageUp], everywhere, "half a page up"),
    Binding(
      .open, "open", [.enter], [.live, .search, .approvals, .signals, .wall, .compare], "open what is selected",
      bar: "open"),
    Binding(.pane, "pane", [.tab], [.session], "other pane", bar: "pane"),
    Binding(.bytes, "bytes", [.character("v")], [.session], "bytes of request and response", bar: "bytes"),
    Binding(.mark, "mark", [.character("m")], [.session], "mark this step: then a letter", bar: "mark"),
    Binding(.jumpToMark, "jump-to-mark", [.character("'")], [.session], "jump to a mark: then its letter"),
    Binding(.jumpToTime, "jump-to-time", [.character("t")], [.session], "jump to 14:07, -5m or 2026-11-22T14:07Z"),
    Binding(.similar, "similar", [.character("=")], [.session], "search for the same statement everywhere"),
    Binding(.nextSimilar, "next-similar", [.character("}")], [.session], "the same kind of statement, later"),
    Binding(.previousSimilar, "previous-similar", [.character("{")], [.session], "the same kind, earlier"),
    Binding(.annotate, "annotate", [.character("a")], [.session], "set down a note on this step", bar: "note"),
    Binding(
      .unfold, "unfold", [.character("x")], [.session], "results as a table, as records, with their JSON unfolded"),
    Binding(
      .compare, "compare", [.character("c")], [.live, .session, .search],
      "compare: choose this, then another, step or session"),
    Binding(
      .differences, "differences", [.character("d")], [.compare], "only what differs, and all again",
      bar: "differences"),
    Binding(.wall, "wall", [.character("W")], [.live], "tails of all sessions that the filter shows", bar: "wall"),
    Binding(
      .saveSearch, "save-search", [.character("s")], [.search], "keep this search under a name", bar: "save"),
    Binding(
      .savedSearches, "saved-searches", [.character("*")], [.live, .search], "searches that were kept"),
    Binding(.run, "run", [.character("R")], [.session], "every step of the same run"),
    Binding(.search, "search", [.character("/")], [.live, .session, .search], "search as you type", bar: "search"),
    Binding(.nextMatch, "next-match", [.character("n")], [.session, .search], "next match"),
    Binding(.previousMatch, "previous-match", [.character("N")], [.session, .search], "previous match"),
    Binding(.filter, "filter", [.character("&")], [.live, .search, .wall], "narrow the list", bar: "filter"),
    Binding(.sort, "sort", [.character("o")], [.live], "sort by the next column", bar: "sort"),
    Binding(.sortReverse, "sort-reverse", [.character("O")], [.live], "reverse the order"),
    Binding(.follow, "follow", [.character("F")], [.live, .session, .wall], "let arrivals in as they come"),
    Binding(
      .freeze, "freeze", [.character("f")], [.live, .session, .wall], "hold arrivals back and count them", bar: "freeze"
    ),
    Binding(
      .waiting, "waiting", [.character("w")], [.live, .session, .search, .signals, .wall, .compare],
      "what waits for a person",
      bar: "waiting"),
    Binding(
      .signals, "signals", [.character("S")], [.live, .session, .search, .approvals],
      "retention, masking, approvals, integrity"),
    Binding(
      .timeDisplay, "time-display", [.character("T")], [.live, .session, .search, .wall, .compare],
      "times as UTC, local, or relative"),
    Binding(
      .refresh, "refresh", [.character("r")], [.live, .search, .approvals, .signals, .wall], "ask the recorder again"),
    Binding(
      .endSession, "end-session", [.character("K")], [.live, .session], "end this session: reason, then its code",
      isDangerous: true),
    Binding(
      .copy, "copy", [.character("y")], [.live, .session, .search, .approvals, .decision, .signals, .wall, .compare],
      "copy what is shown", bar: "copy"),
    Binding(.palette, "palette", [.character(":")], everywhere, "every command by name", bar: "command"),
    Binding(.redraw, "redraw", [.control("l")], everywhere, "paint the screen anew"),
    Binding(.suspend, "suspend", [.control("z")], everywhere, "suspend"),
    Binding(.back, "back", [.character("q"), .escape], everywhere, "back; leaves from the first screen", bar: "back"),
    Binding(.mouse, "mouse", [], everywhere, "mouse on or off: wheel and click"),
    Binding(.lock, "lock", [], everywhere, "hide everything until a code is typed"),
    Binding(.quit, "quit", [.control("c")], everywhere, "leave"),
    Binding(.help, "help", [.character("?")], everywhere, "this help", bar: "help"),
  ]
}
