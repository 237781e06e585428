import Evidence
import Signatures

/// Holds a journal's leaves against the log's tiles and checkpoints as they come.
struct TreeCheck {
  typealias Finding = JournalVerifier.Finding

  private let tiles: TileStore?
  private let isLive: Bool
  private let hasher = SHA256()
  private var tree = TileBuilder()
  /// Checkpoints by size, descending, that are still to be reached; at equal sizes the store's own are reached first.
  private var due: [Due]
  /// Size of the last checkpoint that agreed.
  private(set) var agreed: UInt64 = 0

  /// - Parameters:
  ///   - tiles: nil to leave them out.
  ///   - isLive: A recorder writes meanwhile: partial tiles come and go, and are left out.
  ///   - seen: Checkpoints from elsewhere: where the records are others than theirs, the log has two pasts.
  init(tiles: TileStore?, checkpoints: [Checkpoint], seen: [Checkpoint] = [], isLive: Bool) {
    self.tiles = tiles
    self.isLive = isLive
    let all = seen.map { Due(checkpoint: $0, isSeen: true) } + checkpoints.map { Due(checkpoint: $0, isSeen: false) }
    due = all.sorted { one, other in
      one.checkpoint.size == other.checkpoint.size
        ? one.isSeen && !other.isSeen : one.checkpoint.size > other.checkpoint.size
    }
  }

  private struct Due {
    var checkpoint: Checkpoint
    /// It comes from elsewhere.
    var isSeen: Bool
  }

  var size: UInt64 { tree.size }

  /// Takes the next leaves.
  /// - Returns: The first of them that is not what the log says, as far as that can be told.
  mutating func take(_ segment: SegmentCheck, count: Int) -> Finding? {
    var place = 0
    while place < count {
      if let finding = checkDue() { return finding }
      let width = Int(Tile.width)
      if tree.size % Tile.width == 0, place + width <= count,
        (due.last?.checkpoint.size ?? .max) >= tree.size + Tile.width
      {
        let leaves = segment.leaves[place..<(place + width)]
        if let finding = compare(leaves, in: segment, at: place) { return finding }
        let block = (place - Int((Tile.width - segment.first % Tile.width) % Tile.width)) / width
        if let finding = append(leaves, root: segment.blocks[block]) { return finding }
        place += width
      } else {
        if let finding = append(segment.leaves[place], in: segment, at: place) { return finding }
        place += 1
      }
    }
    return checkDue()
  }

  /// Whether the log's last checkpoint covers what is there.
  mutating func finish() -> Finding? {
    if let finding = checkDue() { return finding }
    if let finding = checkEdges() { return finding }
    guard let missing = due.first?.checkpoint else { return nil }
    return Finding(
      record: tree.size, fault: .truncated,
      detail: "the journal ends here, and a checkpoint covers \(missing.size) records")
  }

  private mutating func checkDue() -> Finding? {
    while let last = due.last, case let next = last.checkpoint, next.size == tree.size {
      guard tree.root(with: hasher) == next.root else {
        if let exact = checkEdges() { return exact }
        if last.isSeen {
          return Finding(
            record: agreed < next.size ? agreed : 0, fault: .forked,
            detail:
              "the checkpoint of \(next.size) records that was seen elsewhere, signed by the log's key, has another past"
          )
        }
        return Finding(
          record: agreed, fault: .edited,
          detail:
            "records \(agreed) to \(next.size) are not the ones that the checkpoint of \(next.size) records covers")
      }
      agreed = next.size
      due.removeLast()
    }
    return nil
  }

  /// Names the leaf that differs from the tile's, and how.
  private func compare(_ leaves: ArraySlice<SHA256.Digest>, in segment: SegmentCheck, at place: Int) -> Finding? {
    let number = (segment.first + UInt64(place)) / Tile.width
    let known: [SHA256.Digest]
    do {
      guard let hashes = try tiles?.read(level: 0, number: number) else { return nil }
      known = hashes
    } catch {
      return Finding(record: number * Tile.width, fault: .edited, detail: error.detail)
    }
    guard !known.elementsEqual(leaves) else { return nil }
    guard let offset = zip(known, leaves).enumerated().first(where: { $1.0 != $1.1 })?.offset else { return nil }
    return TreeCheck.difference(
      known: known[offset...], leaves: segment.leaves[(place + offset)...],
      record: segment.first + UInt64(place + offset))
  }

  /// How the first of these leaves came to be another than the log's.
  static func difference(
    known: ArraySlice<SHA256.Digest>, leaves: ArraySlice<SHA256.Digest>, record: UInt64
  ) -> Finding {
    let (was, stands) = (known.first, leaves.first)
    if known.dropFirst().first == stands {
      return Finding(record: record, fault: .removed, detail: "the record after it stands in its place")
    }
    if leaves.dropFirst().first == was {
      return Finding(record: record, fault: .inserted, detail: "the log has the record after it in this place")
    }
    if leaves.prefix(Int(Tile.width)).contains(where: { $0 == was }) {
      return Finding(record: record, fault: .reordered, detail: "the log's record of this place stands further on")
    }
    return Finding(record: record, fault: .edited, detail: "it is not the record whose hash the log has")
  }

  private mutating func append(_ leaves: ArraySlice<SHA256.Digest>, root: SHA256.Digest) -> Finding? {
    var finding: Finding?
    tree.append(block: leaves, root: root, with: hasher) { [tiles] tile in
      if tile.level > 0 { finding = finding ?? TreeCheck.check(tile, tiles) }
    }
    return finding
  }

  private mutating func append(_ leaf: SHA256.Digest, in segment: SegmentCheck, at place: Int) -> Finding? {
    var finding: Finding?
    tree.append(leaf, with: hasher) { [tiles] tile in finding = finding ?? TreeCheck.check(tile, tiles) }
    return finding
  }

  private static func check(_ tile: TileBuilder.WholeTile, _ tiles: TileStore?) -> Finding? {
    let width = UInt64(1) << (UInt64(tile.level) * Tile.height)
    let start = tile.number * Tile.width * width
    do {
      guard let known = try tiles?.read(level: tile.level, number: tile.number), known != tile.hashes else {
        return nil
      }
      let offset = zip(known, tile.hashes).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
      if tile.level == 0 {
        return difference(known: known[offset...], leaves: tile.hashes[offset...], record: start + UInt64(offset))
      }
      return Finding(
        record: start + UInt64(offset) * width, fault: .edited,
        detail: "\(Tile.path(level: tile.level, number: tile.number)) is not the hash of its records")
    } catch {
      return Finding(record: start, fault: .edited, detail: error.detail)
    }
  }

  /// Holds the partial tiles that were written down against the tree's edges.
  private func checkEdges() -> Finding? {
    guard let tiles, !isLive else { return nil }
    for (level, edge) in tree.edges.enumerated() {
      let number = TileBuilder.wholeTiles(level: level, size: tree.size)
      let width = UInt64(1) << (UInt64(level) * Tile.height)
      for count in tiles.edges(level: level, number: number) {
        let start = number * Tile.width * width
        guard let known = try? tiles.readEdge(level: level, number: number, count: count) else {
          return Finding(record: start, fault: .edited, detail: "a partial tile of level \(level) is not what it was")
        }
        guard let offset = zip(known, edge).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
          // Longer than the journal: what is missing there shows against the checkpoint.
          if known.count <= edge.count || !due.isEmpty { continue }
          return Finding(record: tree.size, fault: .truncated, detail: "the log has hashes of records after it")
        }
        if level == 0 {
          return TreeCheck.difference(known: known[offset...], leaves: edge[offset...], record: start + UInt64(offset))
        }
        return Finding(
          record: start + UInt64(offset) * width, fault: .edited,
          detail: "a partial tile of level \(level) is not the hash of its records")
      }
    }
    return nil
  }
}
