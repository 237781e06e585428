import NIOCore

/// One numbered stream of a gateway's records. Touched only on the recorder's event loop.
final class Lane {
  let name: String
  let nameBytes: [UInt8]
  /// Number of the last record.
  var gseq: UInt64 = 0
  var incarnation: UInt64 = 0
  /// The connection that speaks for it now.
  var connection: (any LaneConnection)?
  /// Receipts of the batch, a frame in the making; sent when the batch is durable.
  var receipts = ByteBuffer()
  var receiptCount: UInt32 = 0
  /// Index of the last record in it.
  var lastIndex: UInt64 = 0
  /// Last records of the newest receipts' frames, whose receipts the gateway remembers.
  private var frameEnds = CircularBuffer<UInt64>()
  private static let frameEndLimit = 512

  /// Journal index of recent records, by number: what a gateway that reconnects may send again.
  private var recent: [UInt64] = []
  private static let recentLimit = 65_536

  init(name: String) {
    self.name = name
    nameBytes = Array(name.utf8)
  }

  /// The frame of receipts that goes out ends with `lastIndex`.
  func frameEnds(at index: UInt64) {
    if frameEnds.count == Self.frameEndLimit { frameEnds.removeFirst() }
    frameEnds.append(index)
  }

  /// The newest of them inside a tree of this size.
  func frameEnd(below size: UInt64) -> UInt64? { frameEnds.last { $0 < size } }

  func remember(gseq number: UInt64, index: UInt64) {
    let place = Int(number % UInt64(Self.recentLimit))
    while recent.count <= place { recent.append(.max) }
    recent[place] = index
    gseq = number
  }

  /// The journal index of a record of this lane, while it is recent.
  func index(of number: UInt64) -> UInt64? {
    guard number <= gseq, gseq - number < UInt64(Self.recentLimit) else { return nil }
    let place = Int(number % UInt64(Self.recentLimit))
    guard place < recent.count, recent[place] != .max else { return nil }
    return recent[place]
  }
}

/// Where a lane's replies go.
protocol LaneConnection: AnyObject {
  func send(_ frame: ByteBuffer)
  func refuse(code: UInt16, reason: String)
  /// Shows the gateway the log's head, unless it has seen that.
  func show(_ head: PublishedLog.Head, lane: Lane)
}
