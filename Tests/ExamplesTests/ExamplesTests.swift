import ComplexModule
import Examples
import Foundation
import ModelReduction
import RealModule
import Testing

@Suite struct `Examples` {
  @Test func `the thermal block has nine blocks of one ninth of the unit square`() throws {
    let measures = try regionMeasures(ofMeshAt: "meshes/thermal-block.msh")
    let blocks = measures.filter { $0.name.hasPrefix("block") }
    #expect(blocks.count == 9)
    // Straight triangles fill straight blocks: only coordinates and sums round.
    #expect(blocks.allSatisfy { $0.dimension == 2 && abs($0.measure - 1.0 / 9) < 1e-12 })
  }

  @Test func `a deck becomes a Gmsh file with the groups of its sets`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let deck = folder.appending(path: "a.inp").path
    let text =
      "*NODE\n1,0,0\n2,2,0\n3,2,1\n4,0,1\n*ELEMENT, TYPE=CPS4, ELSET=plate\n1,1,2,3,4\n"
      + "*NSET, NSET=fixed\n1,4\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: deck))
    let output = folder.appending(path: "a.msh").path
    #expect(try convertDeck(at: deck, toGmshFile: output).isEmpty)
    let measures = try regionMeasures(ofMeshAt: output)
    #expect(measures.map(\.name) == ["plate", "fixed", "fixed"])
    #expect(measures.map(\.measure) == [2, 1, 2])
  }

  @Test func `parts of a mesh hold all cells and about as many each`() throws {
    let sizes = try partSizes(cells: 20, parts: 4)
    #expect(sizes.reduce(0, +) == 800)
    // METIS keeps parts within 3 % unless told otherwise; a few cells more on a small mesh.
    #expect(sizes.allSatisfy { abs($0 - 200) <= 10 })
  }

  @Test func `a refined brick of hexahedra is read back as it was written`() throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "example-\(ProcessInfo.processInfo.processIdentifier).msh"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let brick = try writeRefinedBrick(to: path)
    #expect(brick.cells == 48 && brick.points == 3 * 5 * 7)
    #expect(abs(brick.top - 2) < 1e-14)
  }

  @Test func `a field of quadratic cells is written with the nodes of their edges`() throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "example-\(ProcessInfo.processInfo.processIdentifier).vtu"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try writeField(to: path) == 17 * 17)
    let head = try Data(contentsOf: URL(filePath: path)).prefix(200)
    #expect(String(decoding: head, as: UTF8.self).contains("VTKFile"))
  }

  @Test func `a product of sums splits into its parts`() throws {
    let parts = try affineParts(of: "(a + x)*(b + y)", parameters: ["a", "b"])
    #expect(parts.count == 4)
    #expect(try affineParts(of: "a*x + 2*a*y", parameters: ["a"]).count == 1)
  }

  @Test func `slopes are those of calculus`() throws {
    let points = [-1, 0, 0.5, 2.0]
    for (x, slope) in zip(points, try slopes(at: points)) {
      let (s, c) = (Double.sin(x), Double.cos(x))
      // A few roundings of numbers below 2.
      #expect(abs(slope - (s * s + 2 * x * s * c)) < 1e-14)
    }
  }

  @Test func `the torsion function has its known maximum and integral`() throws {
    let result = try poissonOnTheUnitSquare(cells: 16)
    // From the double sine series, seven digits; quadratic elements of size 1/16 are within 1e-6.
    #expect(abs(result.maximum - 0.07367135) < 2e-6)
    #expect(abs(result.integral - 0.03514425) < 2e-6)
  }

  @Test func `a cooling bar follows its lowest mode with one factorization a step size`() throws {
    let (middle, factorizations) = try coolingOfABar(steps: 100)
    #expect(abs(middle - Double.exp(-Double.pi * Double.pi / 10)) < 1e-4)
    #expect(factorizations == 2)
  }

  @Test func `a radiating end takes the temperature whose fourth power is the flux`() throws {
    let (end, iterations) = try radiatingBar()
    #expect(abs(end - 1) < 1e-9)
    #expect(iterations < 10)
  }

  @Test func `a layer rings by Galerkin's method and not by SUPG`() throws {
    let (galerkin, supg) = try boundaryLayer(cells: 10)
    #expect(galerkin < -0.1)
    #expect(supg > -1e-12)
  }

  @Test func `the divergence of a quadratic velocity is exact`() throws {
    #expect(abs(try divergenceOfAVelocity() - 1.5) < 1e-13)
  }

  @Test func `the energy of a linear function is the integral of the coefficient`() throws {
    let (a, b, c) = (2.0, 3.0, 5.0)
    // Integrals of polynomials by exact quadrature.
    #expect(abs(try energyOfAFamily(theta: [a, b, c]) - (a + b / 2 + c / 3)) < 1e-12)
  }

  @Test func `values and norms of a linear field are exact`() throws {
    let values = try valuesOfAField()
    #expect(abs(values.value - 1.5) < 1e-14)
    // ∫(x + 2y)² = 1/3 + 1 + 4/3 and |∇u|² = 5.
    #expect(abs(values.normL2 - (8.0 / 3).squareRoot()) < 1e-14)
    #expect(abs(values.seminormH1 - 5.0.squareRoot()) < 1e-14)
  }

  @Test func `a query in words names its point`() throws {
    let (training, query) = try points(parsing: "flux=0.25, k=1,2")
    #expect(query == [1, 2, 0.25])
    #expect(training.count == 100)
    // One point in each hundredth of the logarithmic range: half of them below its middle, 1.
    #expect(training.count { $0[0] < 1 } == 50)
  }

  @Test(arguments: [(1, 1), (0.3, 5), (7, 0.2)])
  func `two vectors reduce a wall of two layers without error`(a: Double, b: Double) throws {
    let (size, answer) = try certifiedWall(a: a, b: b)
    #expect(size == 2)
    let inside = answer.outputs[0]
    let exact = 0.5 / a + 0.5 / b
    // The solution is piecewise linear and lies in the reduced space; what is left is round-off,
    // enlarged by the contrast of the conductivities, at most 100.
    #expect(abs(inside.value - exact) < 1e-12 * exact)
    #expect(inside.estimate.value < 1e-11 * exact)
    #expect(abs(answer.outputs[1].value - 0.5 / b) < 1e-11 / b)
  }

  @Test func `a model read back from its file gives the same answer to the last bit`() throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "example-\(ProcessInfo.processInfo.processIdentifier).ritz"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (memory, file) = try savedWall(at: path, a: 0.5, b: 3)
    #expect(memory == file)
    // Piecewise linear, so the reduced space holds it.
    #expect(abs(file.outputs[0].value - (0.5 / 0.5 + 0.5 / 3)) < 1e-12)
  }

  @Test func `a dual problem makes the bound of an output much smaller`() throws {
    let (before, after) = try dualCorrection()
    #expect(before.guarantee == .upperBound && after.guarantee == .upperBound)
    #expect(after.value < 0.2 * before.value)
  }

  @Test func `singular values of orthogonal snapshots are their norms down to round-off`() throws {
    let values = try singularValuesOfSines(n: 64, count: 12)
    let largest = 0.1 * 32.0.squareRoot()
    for (k, value) in values.enumerated() {
      let exact = Double.pow(10, -(k + 1)) * 32.0.squareRoot()
      // Right to round-off of the largest, where squares of snapshots would lose half the digits.
      #expect(abs(value - exact) < 1e-15 * largest * 10)
    }
  }

  @Test(arguments: [1.0, 10, 60])
  func `a family from elsewhere is reduced with a bound`(c: Double) throws {
    let output = try meanOfReaction(at: c)
    let root = c.squareRoot() / 2
    let exact = (1 - Double.tanh(root) / root) / c
    #expect(output.estimate.guarantee == .upperBound)
    // The bound holds against finite differences of step 1/200, whose mean is h²/12 too small at
    // c = 0 and by less for larger c.
    #expect(abs(output.value - exact) < output.estimate.value + 1.0 / (12 * 200 * 200))
    #expect(output.estimate.value < 1e-3 * exact)
  }

  @Test func `a factor takes new values of the same pattern`() throws {
    let smallest = try refactorized()
    for (value, s) in zip(smallest, [1.0, 2, 4]) { #expect(abs(value - 1 / s) < 1e-12) }
  }

  @Test func `a cantilever bends as beam theory says, and its clamp carries the force`() throws {
    let (deflection, reaction, stress) = try cantilever(cells: 2)
    // Bending F L³/(3 E I) = 4 and shear, 6 F L/(5 G A) = 0.0312 with G = E/2.6; a clamp that also
    // hinders the lateral strain, which beam theory does not know, stiffens by some h/L of Poisson's
    // share near it.
    #expect(deflection > -4.0312 && deflection < -4.0312 * 0.995)
    #expect(abs(reaction - 1) < 1e-8)
    // Bending stress at the clamp F L 6/h² = 60, and the peak of its corner.
    #expect(stress > 55 && stress < 80)
  }

  @Test func `a free cube has six rigid motions and rings above a kilohertz`() throws {
    let (rigid, frequency) = try ringingCube(cells: 2)
    #expect(rigid == 6)
    #expect(frequency > 1000 && frequency < 3000)
  }

  @Test func `a plane wave leaves a duct with its phase, for any wave number of the band`() throws {
    let (size, answer) = try sweptDuct(k: 4.3)
    #expect(size < 20)
    let end = answer.outputs[0].value
    // Quadratic elements of 1/16: the phase is right to k⁵h⁴/720.
    #expect((end - Complex(Double.cos(4.3), Double.sin(4.3))).length < 5e-4)
    #expect(answer.estimate.guarantee == .indicator)
  }

  @Test func `a wave in a duct is certified between the wave numbers it was learnt from`() throws {
    let (answer, error) = try certifiedDuct(k: 4.37)
    #expect(answer.estimate.guarantee == .upperBound)
    #expect(answer.estimate.value >= error && error > 0)
  }

  @Test func `one vector for each part of the domain bounds its error as well`() throws {
    let (parts, answer) = try splitWall(a: 0.3, b: 5)
    #expect(parts == 8 && answer.state.coordinates.count == 1)
    let exact = 0.5 / 0.3 + 0.5 / 5
    let inside = answer.outputs[0]
    #expect(abs(inside.value - exact) <= inside.estimate.value)
  }

  @Test func `the middle of a wall needs no more vectors than the wall`() throws {
    let (size, middle) = try wallForItsMiddle(a: 0.3, b: 5)
    #expect(size <= 2)
    #expect(abs(middle.value - 0.5 / 5) <= max(middle.estimate.value, 1e-12))
  }

  @Test func `the error of a cooling chain is bounded at every time`() throws {
    let (answer, error) = try reducedCooling(c: 1.37)
    #expect(answer.steps.count == 21)
    #expect(answer.trajectory.guarantee == .upperBound)
    #expect(answer.trajectory.value >= error.trajectory)
    #expect(zip(answer.steps, error.massNorms).allSatisfy { $0.estimate.value >= $1 })
    let means = answer.steps.map { $0.outputs[0].value }
    #expect(abs(means[0] - 1) < 1e-9 && zip(means, means.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func `springs in files stretch as springs in series do`() throws {
    #expect(abs(try springsFromFiles(a: 2, b: 4) - 0.75) < 1e-12)
  }

  @Test func `a spring known from samples stretches between them as between others`() throws {
    for t in [0.0, 0.33, 1.9] {
      let (end, error) = try springsFromSamples(at: t)
      #expect(error < 1e-6 && error > 0)
      #expect(abs(end - 1 - Double.exp(t / 2)) < 10 * error * end)
    }
  }

  @Test func `a basis holds its tolerance on the snapshots`() throws {
    let (size, error) = try basisOfBumps(tolerance: 1e-3)
    #expect(error <= 1e-3 && (10...30).contains(size))
  }

  @Test func `a bump is interpolated from points to about the tolerance of its neighbours`() throws
  {
    let (points, error, indicated) = try interpolatedBump(tolerance: 1e-6)
    #expect(points > 15 && points <= 60)
    // The greedy bounds the snapshots; a bump between two of them is as good but for a small factor.
    #expect(error < 1e-4 && indicated <= error)
  }

  @Test func `the potential on a helix is right to the digits asked for`() throws {
    let (nodes, foreseen, error) = try potentialOnAHelix(tolerance: 1e-5)
    // Charges that oscillate cancel in part; the helix itself fills few cells.
    #expect(error <= 1e-5 && foreseen <= 1e-5)
    #expect((100..<300).contains(nodes))
  }

  @Test func `a stream loses no more than it says`() throws {
    let (bound, lost) = try streamedBumps(rank: 12)
    #expect(lost <= bound && bound < 5 * lost && lost > 0)
  }

  @Test func `a decomposition follows a symmetric exchange of columns`() throws {
    // The first eleven of twelve evenly spaced bumps are the mirror image of the last eleven.
    let (before, after) = try updatedBumps()
    #expect(abs(before - after) < 1e-12)
  }

  @Test func `local bases serve travelling bumps better than one basis of their size`() throws {
    let (local, global) = try localBumps(clusters: 6, size: 3)
    #expect(local < 0.2 * global)
  }
}
