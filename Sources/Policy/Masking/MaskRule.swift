/// One `[[mask]]` of the configuration: what is sensitive, and what stands in its place.
package struct MaskRule: Sendable, Equatable {
  package var name: String
  /// Globs of connections; empty for all.
  package var connections: [String]
  /// Columns whose every value is masked.
  package var columns: [ColumnPattern]
  /// Places within JSON columns.
  package var json: [JSONMaskPattern]
  /// What is looked for in everything else.
  package var detect: [DetectorKind]
  package var style: MaskStyle
  /// File of the key for hashed masks; without one a key is drawn when the gateway starts.
  package var keyFile: String?

  package init(
    name: String, connections: [String] = [], columns: [ColumnPattern] = [], json: [JSONMaskPattern] = [],
    detect: [DetectorKind] = [], style: MaskStyle = MaskStyle(), keyFile: String? = nil
  ) {
    self.name = name
    self.connections = connections
    self.columns = columns
    self.json = json
    self.detect = detect
    self.style = style
    self.keyFile = keyFile
  }

  package func applies(to connection: String) -> Bool {
    connections.isEmpty || connections.contains { Glob($0).matches(connection) }
  }
}
