import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport

/// Writes diffusion problems in texts, as a case file does.
struct DiffusionTexts {
  let dimension: Int
  let parameters: ParameterSpace
  let scope: ExpressionScope

  init(dimension: Int = 2, _ axes: ParameterAxis...) throws {
    self.dimension = dimension
    parameters = try ParameterSpace(axes: axes)
    scope = ExpressionScope(
      parameters: parameters.axes.map { ($0.name, $0.size) }, coordinates: dimension, time: false,
      fields: ["u"])
  }

  /// The expression of a text.
  func callAsFunction(_ text: String) throws -> Expression {
    try Expression(parsing: text, in: scope)
  }

  /// κ from one text, or from those of a symmetric tensor.
  func conductivity(_ texts: [String]) throws -> DiffusionProblem.Conductivity {
    texts.count == 1
      ? .scalar(try self(texts[0])) : .tensor(try texts.map { try self($0) })
  }

  func material(
    _ conductivity: String..., reaction: String? = nil, on regions: [String] = ["*"]
  ) throws -> DiffusionProblem.Material {
    DiffusionProblem.Material(
      regions: regions, conductivity: try self.conductivity(conductivity),
      reaction: try reaction.map { try self($0) })
  }

  func value(_ text: String, on regions: String...) throws -> DiffusionProblem.Boundary {
    DiffusionProblem.Boundary(regions: regions, value: try self(text))
  }

  func flux(_ text: String, on regions: String...) throws -> DiffusionProblem.Boundary {
    DiffusionProblem.Boundary(regions: regions, flux: try self(text))
  }

  func exchange(
    _ coefficient: String, ambient: String, on regions: String...
  ) throws -> DiffusionProblem.Boundary {
    DiffusionProblem.Boundary(
      regions: regions, exchange: (try self(coefficient), try self(ambient)))
  }

  func source(_ text: String, on regions: String...) throws -> DiffusionProblem.Source {
    DiffusionProblem.Source(regions: regions.isEmpty ? ["*"] : regions, value: try self(text))
  }

  func integral(
    _ text: String, on regions: String..., name: String = "integral"
  ) throws -> DiffusionProblem.Output {
    DiffusionProblem.Output(
      name: name, kind: .integral(try self(text)), regions: regions.isEmpty ? ["*"] : regions)
  }

  func mean(
    _ text: String, on regions: String..., name: String = "mean"
  ) throws -> DiffusionProblem.Output {
    DiffusionProblem.Output(
      name: name, kind: .mean(try self(text)), regions: regions.isEmpty ? ["*"] : regions)
  }

  /// Random points of the parameter box.
  func points(_ count: Int, seed: UInt64) throws -> [Parameter] {
    try Sampling.random.points(count: count, seed: seed, in: parameters)
  }
}

extension Expression {
  /// The expression with the parameters replaced by numbers.
  func at(_ mu: Parameter) -> Expression {
    substituting { symbol in
      if case .parameter(let index) = symbol { Expression(mu[index]) } else { nil }
    }
  }
}

extension Expression {
  /// The value at a point, without parameters.
  func value(at point: Point) -> Double {
    evaluate { symbol -> Double in
      guard case .coordinate(let axis) = symbol else { return .nan }
      return point[axis]
    }
  }
}

extension DiffusionProblem {
  /// The problem with the parameters replaced by numbers.
  func at(_ mu: Parameter) -> DiffusionProblem {
    var result = self
    for m in materials.indices {
      switch materials[m].conductivity {
      case .scalar(let kappa): result.materials[m].conductivity = .scalar(kappa.at(mu))
      case .tensor(let entries):
        result.materials[m].conductivity = .tensor(entries.map { $0.at(mu) })
      }
      result.materials[m].reaction = materials[m].reaction?.at(mu)
    }
    for b in boundaries.indices {
      result.boundaries[b].value = boundaries[b].value?.at(mu)
      result.boundaries[b].flux = boundaries[b].flux?.at(mu)
      result.boundaries[b].exchange = boundaries[b].exchange.map { ($0.at(mu), $1.at(mu)) }
    }
    for s in sources.indices { result.sources[s].value = sources[s].value.at(mu) }
    for o in outputs.indices {
      switch outputs[o].kind {
      case .integral(let e): result.outputs[o].kind = .integral(e.at(mu))
      case .mean(let e): result.outputs[o].kind = .mean(e.at(mu))
      default: break
      }
    }
    return result
  }
}

extension Mesh {
  /// The unit square in n × n cells.
  static func square(_ n: Int, split: Box.Split = .rising) -> Mesh {
    Box(size: [1, 1], cells: [n, n], split: split).mesh()
  }

  /// The unit square or cube with n cells along each side.
  static func unitBox(_ dimension: Int, _ n: Int) -> Mesh {
    Box(
      size: [Double](repeating: 1, count: dimension), cells: [Int](repeating: n, count: dimension)
    ).mesh()
  }

  /// The same mesh of the unit box with n blocks along each side, regions "block0", "block1" …, x
  /// fastest, by the centres of the cells.
  func cut(into n: Int) -> Mesh {
    let cells = blocks[0]
    var members = [[Int32]](
      repeating: [], count: (0..<dimension).reduce(1) { product, _ in product * n })
    for cell in 0..<cells.cellCount {
      var (place, weight) = (0, 1)
      for axis in 0..<dimension {
        let corners = cells.vertices(of: cell).map { coordinates[Int($0) * dimension + axis] }
        let centre = corners.reduce(0, +) / Double(corners.count)
        place += weight * min(n - 1, Int(centre * Double(n)))
        weight *= n
      }
      members[place].append(Int32(cell))
    }
    return Mesh(
      dimension: dimension, coordinates: coordinates, blocks: blocks,
      regions: regions
        + members.enumerated().map { b, cells in
          Region(
            name: "block\(b)", dimension: dimension,
            members: [Region.Member(block: 0, cells: cells)])
        })
  }

  /// The same mesh with inner points moved at random by up to a fifth of `h` and stretched along x:
  /// cells of bad shape.
  func distorted(h: Double, stretch: Double, seed: UInt64) -> Mesh {
    var random = SeededRandom(seed: seed)
    var places = coordinates
    for point in 0..<pointCount {
      let old = (0..<dimension).map { coordinates[point * dimension + $0] }
      let isInner = old.allSatisfy { $0 > 1e-9 && $0 < 1 - 1e-9 }
      for axis in 0..<dimension {
        if isInner { places[point * dimension + axis] += random.uniform(-0.2...0.2) * h }
        if axis == 0 { places[point * dimension] *= stretch }
      }
    }
    return moved(to: places)
  }

  /// The whole domain.
  var domain: Region { topology.everything(ofDimension: dimension) }
}

extension DiffusionModel {
  /// The solution at μ as a function.
  func solution(at mu: Parameter) throws -> Field {
    Field(space, try field(try solve(at: mu), at: mu))
  }
}

extension SparseMatrix<Double> {
  /// All entries.
  var dense: DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: rowCount, columnCount: columnCount)
    for i in 0..<rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        result[i, Int(pattern.column[k])] = values[k]
      }
    }
    return result
  }
}

/// max |aᵢ − bᵢ| / max |bᵢ|.
func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
  let size = b.map(\.magnitude).max() ?? 0
  let distance = zip(a, b).map { ($0 - $1).magnitude }.max() ?? 0
  return size > 0 ? distance / size : distance
}
