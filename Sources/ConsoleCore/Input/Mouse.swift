/// What a mouse did, where it was asked for.
package struct Mouse: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    case press, wheelUp, wheelDown
  }

  package var kind: Kind
  package var x: Int
  package var y: Int

  package init(_ kind: Kind, x: Int, y: Int) {
    self.kind = kind
    self.x = x
    self.y = y
  }
}
