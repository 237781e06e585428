/// One file for systemd: where it belongs, and what stands in it.
struct UnitFile: Equatable {
  /// Absolute, below whatever root it is installed under.
  var path: String
  var text: String
}
