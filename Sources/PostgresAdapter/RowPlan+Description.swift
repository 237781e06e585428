import Policy

extension RowPlan {
  /// What is done to each column that the server has described.
  ///
  /// A column of a table is what the catalogue says of it; anything else is what the statement's text says.
  init(_ description: RowDescription, _ statement: StatementLineage, _ catalogue: MaskCatalogue, _ masks: MaskSet) {
    let lineage = statement.outputs
    let fallback: Action = masks.detectors.isEmpty ? .pass : .examine
    let count = description.fields.count
    let columns = description.fields.enumerated().map { index, field -> Column in
      let form = ValueForm(field.type)
      var action = fallback
      if masks.columns.isEmpty {
        // Nothing is masked for where it is.
      } else if field.table != 0 {
        switch catalogue.entry(table: field.table, column: field.column, masks) {
        case .mask(let mask)?: action = .mask(mask)
        case .withhold(let rule)?: action = .withhold(rule: rule)
        case nil: if statement.movesMasked { action = .withhold(rule: masks.anyRule) }
        }
      } else if let mask = masks.mask(ofOutput: field.name) {
        action = .mask(mask)
      } else {
        switch lineage.output(at: index, of: count) {
        case .clean: break
        case .masked(let name):
          action = catalogue.byName[name].map { .mask($0) } ?? .withhold(rule: masks.anyRule)
        case .touched: action = .withhold(rule: masks.anyRule)
        }
      }
      if case .examine = action, case .safe = form { action = .pass }
      let origin = catalogue.origin(table: field.table, column: field.column)
      return Column(
        name: field.name, origin: origin, action: action, type: field.type, format: field.format, form: form)
    }
    self.init(columns)
  }
}
