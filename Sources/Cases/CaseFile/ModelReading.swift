internal import Files

extension CaseFile.MeshSource {
  /// The dimension of a box; nil for a file, which knows it itself.
  var boxDimension: Int? {
    if case .box(let box) = origin { box.size.count } else { nil }
  }
}

extension CaseDecoder {
  mutating func mesh() -> CaseFile.MeshSource? {
    guard let table = text.tree["mesh"]?.table else { return nil }
    let partitions = table["partitions"]?.integer ?? 1
    if let node = table["file"], let path = file(node) {
      if !FileBytes.isReadable(path) {
        do throws(FileError) { _ = try FileBytes.read(path) } catch {
          report(node.location, error.description, isMissingFile: error.isMissing)
        }
      }
      return CaseFile.MeshSource(origin: .file(path, at: node.location), partitions: partitions)
    }
    guard let node = table["box"], let box = box(node) else { return nil }
    return CaseFile.MeshSource(origin: .box(box), partitions: partitions)
  }

  private mutating func box(_ node: TOMLNode) -> CaseFile.Box? {
    guard let table = node.table, let sizeNode = table["size"],
      let size = quantities(sizeNode, .length), let cellsNode = table["cells"],
      let counts = cellsNode.array
    else { return nil }
    let cells = counts.compactMap(\.integer)
    guard cells.count == counts.count, (2...3).contains(size.count),
      cells.allSatisfy({ (1...100_000).contains($0) })
    else { return nil }
    if cells.count != size.count {
      report(
        cellsNode.location, "'cells' has \(cells.count) numbers, 'size' has \(size.count)")
      return nil
    }
    var origin = [Double](repeating: 0, count: size.count)
    if let originNode = table["origin"] {
      guard let corner = quantities(originNode, .length) else { return nil }
      if corner.count != size.count {
        report(
          originNode.location, "'origin' has \(corner.count) numbers, 'size' has \(size.count)")
        return nil
      }
      origin = corner
    }
    let natural = size.count == 2 ? "triangle" : "tetrahedron"
    if let shape = table["shape"], let name = shape.string, name != natural {
      report(
        shape.location, "a box of \(size.count) dimensions is meshed with shape = \"\(natural)\"")
      return nil
    }
    // At most 1e5 along each of three edges: the product fits.
    if cells.reduce(1, *) > 200_000_000 {
      report(cellsNode.location, "so many cells do not fit: at most 200 000 000 boxes in all")
      return nil
    }
    return CaseFile.Box(
      size: size, cells: cells, origin: origin, shape: natural, location: node.location)
  }

  mutating func physics() -> CaseFile.Physics? {
    guard let node = text.tree["physics"], let table = node.table,
      let kind = table["kind"]?.string
    else { return nil }
    return CaseFile.Physics(
      kind: kind, degree: table["degree"]?.integer ?? 1, location: node.location)
  }

  mutating func materials() -> [CaseFile.Material] {
    if let node = text.tree["material"], node.array?.isEmpty == true {
      report(node.location, "no [[material]] is given: say what the body is made of")
    }
    return tables("material").compactMap { table, _ in
      guard let on = Reading.regions(table["on"]),
        let conductivity = conductivity(table["conductivity"])
      else { return nil }
      return CaseFile.Material(
        on: on, conductivity: conductivity,
        reaction: Reading.coefficient(table["reaction"], .heatReaction, units))
    }
  }

  private mutating func conductivity(_ node: TOMLNode?) -> CaseFile.Conductivity? {
    guard let node else { return nil }
    func entry(_ member: TOMLNode) -> CaseFile.Coefficient? {
      Reading.coefficient(member, .conductivity, units)
    }
    guard let members = node.array else {
      guard let scalar = entry(node) else { return nil }
      if let k = scalar.number, k <= 0 {
        report(node.location, "'conductivity' must be > 0; found \(plain(k))")
      }
      return .scalar(scalar)
    }
    guard members.contains(where: { $0.array != nil }) else {
      let diagonal = members.compactMap(entry)
      for k in diagonal {
        if let number = k.number, number <= 0 {
          report(
            k.location, "'conductivity' must be > 0 in every direction; found \(plain(number))")
        }
      }
      return diagonal.count == members.count ? .diagonal(diagonal) : nil
    }
    let rows = members.compactMap { $0.array?.compactMap(entry) }
    guard rows.count == members.count else { return nil }
    for row in rows where row.count != rows.count {
      report(node.location, "'conductivity' must be square: \(rows.count) rows of \(rows.count)")
      return nil
    }
    for i in rows.indices {
      for j in rows.indices where j < i && rows[i][j].text != rows[j][i].text {
        report(
          rows[i][j].location,
          "'conductivity' must be symmetric: entry [\(i)][\(j)] is \(rows[i][j].text), "
            + "entry [\(j)][\(i)] is \(rows[j][i].text)")
        return nil
      }
    }
    return .full(rows)
  }

  mutating func boundaries() -> [CaseFile.Boundary] {
    tables("boundary").compactMap { table, _ in
      for other in ["flux", "exchange"] where table["value"] != nil {
        guard let place = table.keyLocation(of: other) else { continue }
        report(place, "'value' fixes u: '\(other)' cannot hold on the same boundary")
      }
      guard let on = Reading.regions(table["on"]) else { return nil }
      var exchange: CaseFile.Boundary.Exchange?
      if let robin = table["exchange"]?.table {
        let coefficient = Reading.coefficient(robin["coefficient"], .heatExchange, units)
        let ambient = Reading.coefficient(robin["ambient"], .temperature, units)
        if let h = coefficient?.number, h < 0, let place = coefficient?.location {
          report(place, "'coefficient' in [boundary.exchange] must be >= 0; found \(plain(h))")
        }
        if let coefficient, let ambient {
          exchange = CaseFile.Boundary.Exchange(coefficient: coefficient, ambient: ambient)
        }
      }
      return CaseFile.Boundary(
        on: on, value: Reading.coefficient(table["value"], .temperature, units),
        flux: Reading.coefficient(table["flux"], .heatFlux, units), exchange: exchange)
    }
  }

  mutating func sources() -> [CaseFile.Source] {
    tables("source").compactMap { table, _ in
      guard let on = Reading.regions(table["on"]),
        let value = Reading.coefficient(table["value"], .heatSource, units)
      else { return nil }
      return CaseFile.Source(on: on, value: value)
    }
  }
}
