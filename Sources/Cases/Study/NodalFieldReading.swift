internal import Files
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

/// One number for each point of a mesh, from a file.
private struct NodalValues {
  var values: [Double]
  /// The points in the file; nil where it lists values alone.
  var mesh: Mesh?
}

extension ProblemReading {
  /// The nodal field that `file` and `field` of an entry name: from a .vtu, .pvtu or .xdmf file whose points
  /// are those of the mesh, or from a .npy or .csv file with a value for each point of the mesh in its
  /// order. Nil where the entry names none or it is not what it should be, which is then said.
  mutating func nodalField(_ entry: CaseFile.Entry) -> FiniteElements.Field? {
    guard let path = entry["file"]?.path, let given = nodalValues(path, entry) else { return nil }
    return nodalField(given, path)
  }

  /// The nodal fields of a file: those of all columns of a .npy file, of a .csv file also where none of
  /// them is named, else the one.
  mutating func nodalFields(
    _ path: SourceText, _ entry: CaseFile.Entry
  ) -> [FiniteElements.Field]? {
    let name = path.text.lowercased()
    var columns: [[Double]]?
    do throws(FormatError) {
      if name.hasSuffix(".npy"), entry["field"] == nil {
        let matrix = try MatrixFile(reading: path.text).denseMatrix(of: Double.self)
        columns =
          matrix.rowCount == 1
          ? [matrix.values] : (0..<matrix.columnCount).map { matrix.column($0) }
      } else if name.hasSuffix(".csv"), entry["field"] == nil {
        columns = try NumberTable(reading: path.text).columns
      }
    } catch {
      report(path.location, error)
      return nil
    }
    let given = columns?.map { NodalValues(values: $0) } ?? nodalValues(path, entry).map { [$0] }
    var fields: [FiniteElements.Field] = []
    for values in given ?? [] {
      guard let field = nodalField(values, path) else { return nil }
      fields.append(field)
    }
    return given == nil ? nil : fields
  }

  private mutating func nodalField(
    _ given: NodalValues, _ path: SourceText
  ) -> FiniteElements.Field? {
    guard let mesh else { return nil }
    guard !mesh.isPiece else {
      report(
        path.location,
        "fields from files need the whole mesh on each rank: leave 'in-pieces' in [mesh] out")
      return nil
    }
    for degree in [1, 2] {
      guard let space = try? FunctionSpace(mesh, degree: degree) else { continue }
      let plot = space.plotMesh()
      guard plot.mesh.pointCount == given.values.count,
        given.mesh.map({ plot.mesh.isDrawnOn($0) }) ?? true
      else { continue }
      var values = [Double](repeating: 0, count: space.dofCount)
      for (point, dof) in plot.dofs.enumerated() where dof >= 0 {
        guard given.values[point].isFinite else {
          report(
            path.location,
            "the value at point \(point) of the file, counted from 0, is \(given.values[point])")
          return nil
        }
        values[Int(dof)] = given.values[point]
      }
      return FiniteElements.Field(space, values)
    }
    let counts = "\(given.values.count) against \(mesh.pointCount)"
    report(
      path.location,
      given.mesh == nil
        ? "the values of the file are not as many as the points of this mesh: \(counts)"
        : "the points of the file are not those of this mesh: \(counts); solve for the field on the "
          + "mesh of this case")
    return nil
  }

  private mutating func nodalValues(_ path: SourceText, _ entry: CaseFile.Entry) -> NodalValues? {
    let name = path.text.lowercased()
    do throws(FormatError) {
      if name.hasSuffix(".npy") {
        if entry["field"] != nil {
          report(entry.location(of: "field"), "a .npy file has no names; leave 'field' out")
          return nil
        }
        return NodalValues(values: try MatrixFile(reading: path.text).vector())
      }
      if name.hasSuffix(".csv") {
        return column(of: try NumberTable(reading: path.text), entry)
      }
    } catch {
      report(path.location, error)
      return nil
    }
    return pointField(path, entry)
  }

  private mutating func column(of table: NumberTable, _ entry: CaseFile.Entry) -> NodalValues? {
    if entry["field"] == nil, table.columns.count == 1 {
      return NodalValues(values: table.columns[0])
    }
    let name = entry["field"]?.word ?? "u"
    guard let values = table.column(name) else {
      report(
        entry.location(of: "field"),
        "the file has no column '\(name)'" + Spelling.hint(for: name, among: table.names))
      return nil
    }
    return NodalValues(values: values)
  }

  private mutating func pointField(_ path: SourceText, _ entry: CaseFile.Entry) -> NodalValues? {
    let content: MeshContent
    do throws(MeshError) { content = try MeshContent(reading: path.text) } catch {
      if FileBytes.isReadable(path.text) {
        report(path.location, "\(error)")
      } else {
        do throws(FileError) { _ = try FileBytes.read(path.text) } catch {
          report(path.location, .unreadable(error))
        }
      }
      return nil
    }
    let name = entry["field"]?.word ?? "u"
    guard let field = content.pointField(name), field.components == 1 else {
      let known = content.pointFields.filter { $0.components == 1 }.map(\.name)
      report(
        entry.location(of: "field"),
        "the file has no field '\(name)' of one number per point"
          + Spelling.hint(for: name, among: known))
      return nil
    }
    return NodalValues(values: field.values, mesh: content.mesh)
  }
}

extension Mesh {
  /// Whether another mesh has the same points in the same order, to some digits.
  fileprivate func isDrawnOn(_ other: Mesh) -> Bool {
    guard pointCount == other.pointCount else { return false }
    let size = coordinates.reduce(0) { max($0, abs($1)) }
    let d = min(dimension, other.dimension)
    return (0..<pointCount).allSatisfy { point in
      (0..<d).allSatisfy { axis in
        let (a, b) = (
          coordinates[point * dimension + axis],
          other.coordinates[point * other.dimension + axis]
        )
        return abs(a - b) <= 1e-9 * size
      }
    }
  }
}
