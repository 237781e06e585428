/// Why something cannot be sealed or opened; says nothing of what is in it.
package struct EnvelopeFault: Error, Equatable, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) {
    self.description = description
  }
}
