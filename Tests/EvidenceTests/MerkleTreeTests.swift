import Evidence
import SessionModel
import Signatures
import Testing

/// Roots and paths by the definitions of RFC 6962 alone, as the standard writes them.
enum DefinedTree {
  static func leaf(_ bytes: [UInt8]) -> [UInt8] { SHA256.hash([0] + bytes) }

  static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    if leaves.isEmpty { return SHA256.hash([]) }
    if leaves.count == 1 { return leaves[leaves.startIndex] }
    let middle = leaves.startIndex + split(leaves.count)
    return SHA256.hash([1] + root(leaves[..<middle]) + root(leaves[middle...]))
  }

  static func split(_ count: Int) -> Int {
    var half = 1
    while half * 2 < count { half *= 2 }
    return half
  }
}

@Suite struct MerkleTreeTests {
  static let known: [[UInt8]] = [
    [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
    [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
  ]
  let hasher = SHA256()

  private func leaves(_ count: Int) -> [SHA256.Digest] {
    (0..<count).map { number in
      DefinedTree.leaf(Array("leaf \(number)".utf8)).withUnsafeBytes { SHA256.Digest(copying: $0) }
    }
  }

  private func root(_ leaves: [SHA256.Digest]) -> SHA256.Digest {
    DefinedTree.root(leaves.map(\.bytes)[...]).withUnsafeBytes { SHA256.Digest(copying: $0) }
  }

  @Test(
    "The tree's roots are the known ones",
    arguments: [
      (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
      (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
      (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ])
  func knownRoots(size: Int, expected: String) throws {
    var frontier = MerkleFrontier()
    var builder = TileBuilder()
    for leaf in MerkleTreeTests.known.prefix(size) {
      let hash = leaf.withUnsafeBytes { Leaf.hash($0, with: hasher) }
      frontier.append(hash, with: hasher)
      builder.append(hash, with: hasher) { _ in }
    }
    #expect(Hexadecimal.encode(frontier.root(with: hasher).bytes) == expected)
    let tiled = TiledHashes(builder) { level, number in throw TiledHashes.Missing(level: level, number: number) }
    #expect(Hexadecimal.encode(try tiled.root(size: UInt64(size), with: hasher).bytes) == expected)
  }

  @Test("Every leaf of every small tree has a path that proves it, and only it") func inclusion() throws {
    let all = leaves(34)
    for size in 1...34 {
      let list = LeafList(Array(all[..<size]))
      let root = root(list.leaves)
      for index in 0..<size {
        let path = try InclusionProof.path(index: UInt64(index), size: UInt64(size), in: list, with: hasher)
        func holds(
          _ path: [SHA256.Digest], _ leaf: SHA256.Digest, _ index: Int, _ size: Int, _ root: SHA256.Digest
        ) -> Bool {
          InclusionProof.isValid(path, leaf: leaf, index: UInt64(index), size: UInt64(size), root: root)
        }
        #expect(holds(path, all[index], index, size, root))
        #expect(!holds(path, all[(index + 1) % 34], index, size, root))
        #expect(!holds(path + [all[0]], all[index], index, size, root))
        #expect(!holds(Array(path.dropLast()), all[index], index, size, root) || path.isEmpty)
        #expect(!holds(path, all[index], index, size, all[0]) || size == 1)
        #expect(!holds(path, all[index], size, size, root))
        if size > 1 { #expect(!holds(path, all[index], (index + 1) % size, size, root)) }
      }
    }
  }

  @Test("Every small tree is consistent with every older one, and with no other") func consistency() throws {
    let all = leaves(34)
    for size in 0...34 {
      let list = LeafList(Array(all[..<size]))
      let root = root(list.leaves)
      for old in 0...size {
        let oldRoot = self.root(Array(all[..<old]))
        let proof = try ConsistencyProof.make(from: UInt64(old), to: UInt64(size), in: list, with: hasher)
        func holds(_ proof: [SHA256.Digest], _ oldRoot: SHA256.Digest, _ root: SHA256.Digest) -> Bool {
          ConsistencyProof.isValid(proof, from: UInt64(old), root: oldRoot, to: UInt64(size), root: root)
        }
        #expect(holds(proof, oldRoot, root))
        #expect(!holds(proof, all[33], root))
        if old > 0 { #expect(!holds(proof, oldRoot, all[33])) }
        #expect(!holds(proof + [all[0]], oldRoot, root))
        if !proof.isEmpty { #expect(!holds(Array(proof.dropLast()), oldRoot, root)) }
        var changed = proof
        if !changed.isEmpty {
          changed[0] = all[33]
          #expect(!holds(changed, oldRoot, root))
        }
      }
    }
  }

  @Test("Tiles and edges hold the whole tree at any size", arguments: [1, 255, 256, 257, 700, 65_536, 66_000])
  func tiles(size: Int) throws {
    var builder = TileBuilder()
    var frontier = MerkleFrontier()
    var tiles: [String: [SHA256.Digest]] = [:]
    for number in 0..<size {
      let leaf = withUnsafeBytes(of: number) { hasher.digest($0) }
      frontier.append(leaf, with: hasher)
      builder.append(leaf, with: hasher) { tiles[Tile.path(level: $0.level, number: $0.number)] = $0.hashes }
    }
    let hashes = TiledHashes(builder) { level, number in
      guard let tile = tiles[Tile.path(level: level, number: number)] else {
        throw TiledHashes.Missing(level: level, number: number)
      }
      return tile
    }
    let root = frontier.root(with: hasher)
    #expect(try hashes.root(size: UInt64(size), with: hasher) == root)
    #expect(builder.root(with: hasher) == root)
    for index in [0, size / 3, size - 1] {
      let path = try InclusionProof.path(index: UInt64(index), size: UInt64(size), in: hashes, with: hasher)
      let leaf = withUnsafeBytes(of: index) { hasher.digest($0) }
      #expect(InclusionProof.isValid(path, leaf: leaf, index: UInt64(index), size: UInt64(size), root: root))
    }
    #expect(TileBuilder(size: UInt64(size), edges: builder.edges) == builder)
    #expect(TileBuilder(size: UInt64(size) + 1, edges: builder.edges) == nil)
    #expect(tiles.count == size / 256 + size / 65_536)
  }

  @Test("Tiles are named as the format says") func names() {
    #expect(Tile.path(level: 0, number: 1_234_067) == "tile/0/x001/x234/067")
    #expect(Tile.path(level: 2, number: 7) == "tile/2/007")
    #expect(Tile.path(level: 0, number: 1000) == "tile/0/x001/000")
  }
}
