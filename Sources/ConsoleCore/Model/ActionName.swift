/// Where a key means something.
package enum Context: String, Sendable, CaseIterable {
  case live, session, search, approvals, decision, signals, wall, compare
}

/// Everything that a person can do.
package enum ActionName: String, Sendable, CaseIterable {
  case down, up, top, bottom, halfDown, halfUp
  case open, back, search, nextMatch, previousMatch, filter, palette
  case follow, freeze, sort, sortReverse, timeDisplay, waiting, signals, refresh
  case play, stepForward, stepBack, nextVerdict, previousVerdict, back5, forward5, tenth, slower, faster
  case pane, bytes, mark, jumpToMark, jumpToTime, similar, run, columnsLeft, columnsRight
  case annotate, nextSimilar, previousSimilar, unfold, compare, differences, wall, saveSearch, savedSearches
  case facets, later, earlier, range
  case deny, approve, note, skip, nextRequest, previousRequest, fullCommand
  case grant, breakGlass, escalate, decidedList, revokeGrant
  case endSession, copy, help, redraw, suspend, mouse, lock, quit
}
