import Evidence
import Foundation
import Signatures

/// The log's hashes as files, in the layout of C2SP tlog-tiles.
///
/// They are derived from the journal, and made again from it where they lack.
package struct TileStore: Sendable {
  private let directory: String

  package init(store: String) {
    directory = store
  }

  /// The 256 hashes of a whole tile; `nil` where there is none.
  /// - Throws: `.storage` when the file is not as long as a tile is.
  package func read(level: Int, number: UInt64) throws(LogFault) -> [SHA256.Digest]? {
    try read(Tile.path(level: level, number: number), count: Int(Tile.width))
  }

  /// The hashes behind a level's last whole tile, where they were written down.
  package func readEdge(level: Int, number: UInt64, count: Int) throws(LogFault) -> [SHA256.Digest]? {
    try read(Tile.path(level: level, number: number) + ".p/\(count)", count: count)
  }

  /// Lengths of the partial tiles that were written down of one tile.
  package func edges(level: Int, number: UInt64) -> [Int] {
    let path = directory + "/" + Tile.path(level: level, number: number) + ".p"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { Int($0) }.filter { (1..<Int(Tile.width)).contains($0) }.sorted()
  }

  private func read(_ name: String, count: Int) throws(LogFault) -> [SHA256.Digest]? {
    guard let bytes = try LogFile.read(directory + "/" + name, limit: Tile.byteCount) else { return nil }
    guard bytes.count == count * 32 else { throw LogFault(.storage, "\(name) is not as long as it was") }
    return bytes.withUnsafeBytes { memory in
      (0..<count).map { SHA256.Digest(copying: UnsafeRawBufferPointer(rebasing: memory[(32 * $0)...])) }
    }
  }

  package func write(_ tile: TileBuilder.WholeTile) throws(LogFault) {
    let path = directory + "/" + Tile.path(level: tile.level, number: tile.number)
    try replace(path, with: tile.bytes)
    // Its partial forms say nothing more.
    do { try FileManager.default.removeItem(atPath: path + ".p") } catch {}
  }

  /// Writes down the hashes behind each level's last whole tile, in place of those of an earlier size.
  package func writeEdges(of builder: TileBuilder) throws(LogFault) {
    for (level, hashes) in builder.edges.enumerated() where !hashes.isEmpty {
      let number = TileBuilder.wholeTiles(level: level, size: builder.size)
      let path = directory + "/" + Tile.path(level: level, number: number) + ".p"
      let name = "\(hashes.count)"
      try replace(
        path + "/" + name, with: TileBuilder.WholeTile(level: level, number: number, hashes: hashes).bytes)
      let others = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for other in others where other != name { unlink(path + "/" + other) }
    }
  }

  private func replace(_ path: String, with bytes: [UInt8]) throws(LogFault) {
    do {
      try LogFile.replace(path, with: bytes, isDurable: false)
    } catch {
      let folder = (path as NSString).deletingLastPathComponent
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      } catch { throw LogFault(.storage, "a folder for the log's tiles cannot be made") }
      try LogFile.replace(path, with: bytes, isDurable: false)
    }
  }
}
