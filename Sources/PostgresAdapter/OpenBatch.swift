import NIOCore
import SessionModel

/// The client's messages that will stand in one record: they begin at the reader index of the machine's client bytes.
struct OpenBatch: Sendable {
  /// Number of the batch, so that offsets in its bytes are not mistaken for those in another's.
  var number = 0
  /// Bytes of the messages taken so far.
  var scanned = 0
  /// The step whose request it is, once one message of it has been allowed.
  var meta: RequestMeta?
  var textPart: ByteBuffer?
  var flight: StepInFlight?
  /// The first Parse in it, which makes it a step even when nothing is executed.
  var parsed: PreparedStatement?
  /// A Bind in it that must not reach the target before its Execute is decided: planning runs functions.
  var guarded: Portal?
  /// The client wants answers now: a Sync or a Flush is in it.
  var flushes = false
  /// COPY data is in it, and nothing behind that but a Sync or a Flush.
  var copies = false
  /// Bytes of it that stand on record without their value: what is written into masked columns or compared with them.
  var hidden: [Range<Int>] = []
  var expectations: [Expectation] = []
  var arrived: Int64 = 0

  mutating func reset() {
    number += 1
    scanned = 0
    meta = nil
    textPart = nil
    flight = nil
    parsed = nil
    guarded = nil
    flushes = false
    copies = false
    hidden.removeAll(keepingCapacity: true)
    expectations.removeAll(keepingCapacity: true)
  }
}
