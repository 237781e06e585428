import SessionModel

extension SessionScreen {
  /// Notes kept of one session.
  static let maximumNotes = 2_000

  mutating func take(_ new: [SessionNote]) {
    var known = Set(notes.map(\.seq))
    notes += new.filter { known.insert($0.seq).inserted }
    notes.sort { $0.seq < $1.seq }
    if notes.count > Self.maximumNotes { notes.removeFirst(notes.count - Self.maximumNotes) }
  }

  /// Notes about one step that say something.
  func notes(on step: Int) -> [SessionNote] { notes.filter { $0.step == step && !$0.text.isEmpty } }
}

extension ConsoleModel {
  /// Marks of a letter: one's own newest, else the newest of anybody's. What was just set stands until the record of it comes.
  mutating func remark(_ session: inout SessionScreen) {
    var own: [Character: Int] = [:]
    var others: [Character: Int] = [:]
    for note in session.notes {
      guard let letter = note.mark?.first, let step = note.step else { continue }
      if note.by == caller?.name {
        own[letter] = step
        if marks[session.id]?[letter] == step { marks[session.id]?[letter] = nil }
      } else {
        others[letter] = step
      }
    }
    session.marks = others.merging(own) { $1 }.merging(marks[session.id] ?? [:]) { $1 }
  }

  /// A mark is set at once and goes on record under the person's name; on a read-only console it is the console's alone.
  mutating func mark(_ letter: Character) -> [Command] {
    guard case .session(var session) = screen, let step = session.selected else { return [] }
    marks[session.id, default: [:]][letter] = step
    remark(&session)
    screen = .session(session)
    guard !isReadOnly else {
      notice = Notice(text: "read-only: this mark is kept by this console alone", isError: false)
      return []
    }
    return [.note(session.id, step: step, mark: String(letter), text: "")]
  }

  mutating func annotate() -> [Command] {
    guard case .session(let session) = screen, let step = session.selected else { return [] }
    guard !isReadOnly else {
      notice = Notice(text: "read-only: nothing is set down from here", isError: true)
      return []
    }
    prompt(.note(session.id, step: step))
    return []
  }

  mutating func take(_ notes: [SessionNote]) {
    for index in stack.indices {
      guard case .session(var session) = stack[index] else { continue }
      let own = notes.filter { $0.session == session.id }
      guard !own.isEmpty else { continue }
      session.take(own)
      remark(&session)
      stack[index] = .session(session)
    }
  }
}
