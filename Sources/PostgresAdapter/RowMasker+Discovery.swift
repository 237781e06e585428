import Policy
import PostgresWire

// What passes although a detector knows it: no rule names it, and somebody should be told.
extension RowMasker {
  /// Counts a row that passes as it is, and looks through some of those.
  mutating func pass(_ message: UnsafeRawBufferPointer, _ plan: RowPlan) {
    guard isSampled(), let columns = plan.columns else { return }
    var cursor = WireCursor(message, 5..<message.count)
    guard let count = cursor.readUInt16(), columns.count == count else { return }
    for index in columns.indices {
      guard let length = cursor.readInt32() else { return }
      guard length >= 0 else { continue }
      guard let range = cursor.take(Int(length)) else { return }
      look(UnsafeRawBufferPointer(rebasing: message[range]), columns[index], at: index)
    }
  }
}
