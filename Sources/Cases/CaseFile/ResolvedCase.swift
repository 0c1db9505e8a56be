internal import Files

extension CaseFile {
  /// The case with includes and overrides merged, as TOML that reads back to the same case.
  ///
  /// - Parameter folder: Where the text will stand, seen from where Ritz was called; the paths of
  ///   files are written relative to it.
  public func resolvedText(in folder: String) -> String {
    "# The case as it was run: includes merged, overrides applied.\n" + resolved(in: folder).text
  }

  /// The SHA-256 of the resolved text with paths relative to the case file, in hexadecimal: equal
  /// for equal cases, wherever they stand and however they are split into files.
  public var hash: String {
    ContentHash.hexadecimal(of: Array(resolved(in: FilePath.folder(of: path)).text.utf8))
  }

  private func resolved(in folder: String) -> TOMLTable {
    rewritten(tree, CaseSchema.root, folder)
  }

  private func rewritten(_ table: TOMLTable, _ schema: TableSchema, _ folder: String) -> TOMLTable {
    TOMLTable(
      table.entries.flatMap { entry -> [TOMLTable.Entry] in
        if entry.key == "include" { return [] }
        var entry = entry
        switch schema.field(entry.key, for: physics.kind)?.type {
        case .path: entry.node = moved(entry.node, folder)
        case .list(.path, _):
          guard let nodes = entry.node.array else { break }
          entry.node.value = .array(nodes.map { moved($0, folder) })
        case .table(let inner), .tables(let inner):
          entry.node = rewritten(entry.node, inner, folder)
        default: break
        }
        // A program runs in the folder of the case, wherever the resolved case will stand.
        if entry.key == "command", table["folder"] == nil,
          schema.field("folder", for: physics.kind) != nil
        {
          let home = TOMLNode(.string("."), at: entry.node.location)
          return [
            entry,
            TOMLTable.Entry(key: "folder", at: entry.keyLocation, node: moved(home, folder)),
          ]
        }
        return [entry]
      })
  }

  /// The path in a node as seen from another folder.
  private func moved(_ node: TOMLNode, _ folder: String) -> TOMLNode {
    guard let name = node.string else { return node }
    let home = node.location.line > 0 ? node.location.file : path
    let seen = FilePath.joined(FilePath.folder(of: home), name)
    return TOMLNode(.string(FilePath.relative(seen, to: folder)), at: node.location)
  }

  private func rewritten(_ node: TOMLNode, _ schema: TableSchema, _ folder: String) -> TOMLNode {
    switch node.value {
    case .table(let table):
      TOMLNode(.table(rewritten(table, schema, folder)), at: node.location)
    case .array(let nodes):
      TOMLNode(.array(nodes.map { rewritten($0, schema, folder) }), at: node.location)
    default: node
    }
  }
}
