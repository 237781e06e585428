import SessionModel

extension ConsoleModel {
  /// The filter of the list of sessions, which the wall shares.
  var liveFilter: String {
    get { if case .live(let live) = stack[0] { live.filter } else { "" } }
    set {
      guard case .live(var live) = stack[0] else { return }
      live.filter = newValue
      stack[0] = .live(live)
    }
  }

  /// Tiles of the wall: how many side by side, how many over one another, and rows of each.
  var tiles: (columns: Int, rows: Int, height: Int) {
    let columns = size.width >= 180 ? 3 : isWide ? 2 : 1
    let room = max(4, size.height - 4)
    let rows = max(1, room / (isWide ? 8 : 6))
    return (columns, rows, room / rows)
  }

  /// The tiles that are on the screen: the page that holds the selected one.
  func page(_ wall: WallScreen) -> ArraySlice<SessionID> {
    let count = tiles.columns * tiles.rows
    let selected = wall.order.firstIndex { $0 == wall.selected } ?? 0
    return wall.order.dropFirst(selected / count * count).prefix(count)
  }

  /// Gives sessions that go on a tile, and asks for the tails of those that are on the screen.
  mutating func settleWall() -> [Command] {
    guard case .wall(var wall) = screen else { return [] }
    if !wall.isFrozen {
      let matching = matching
      func passes(_ id: SessionID) -> Bool { matching?.contains(id) ?? true }
      wall.order.removeAll { sessions[$0] == nil || !passes($0) }
      let known = Set(wall.order)
      let new = sessions.values.filter { $0.state == .live && !known.contains($0.id) && passes($0.id) }
        .sorted { ($0.started, $0.id.description) < ($1.started, $1.id.description) }
      wall.order += new.map(\.id)
      if wall.order.count > WallScreen.maximum {
        // Sessions that are over make room first.
        wall.order.removeAll { sessions[$0]?.state != .live && $0 != wall.selected }
        wall.order = Array(wall.order.prefix(WallScreen.maximum))
      }
    }
    if wall.selected == nil || !wall.order.contains(where: { $0 == wall.selected }) { wall.selected = wall.order.first }
    let shown = page(wall)
    var commands: [Command] = []
    for id in shown where !wall.asked.contains(id) {
      let steps = sessions[id]?.steps ?? 0
      commands.append(
        .loadSteps(id, after: max(0, steps - WallScreen.tailLength), limit: WallScreen.tailLength))
    }
    // Tiles off the screen are asked for again when they come back to it.
    wall.asked = Set(shown)
    wall.tails = wall.tails.filter { wall.asked.contains($0.key) }
    screen = .wall(wall)
    return commands
  }
}
