import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Randomized and hierarchical POD` {
  @Test(arguments: ProductKind.allCases)
  func `no singular value errs by more than its certificate, for many seeds`(
    kind: ProductKind
  ) throws {
    let product = kind.product(600)
    for (k, decay) in [0.1, 0.5, 2.0].enumerated() {
      let sigma = (0..<50).map { Double.pow(10, -decay * Double($0) / 10) }
      let set = SnapshotSet(states: try GradedSnapshots.states(sigma, 600, 70, in: product))
      for seed in 0..<12 as Range<UInt64> {
        let sketch = RandomSketch(
          seed: seed + 100 * UInt64(k), oversampling: 2, powerIterations: Int(seed % 3))
        let pod = try POD(
          of: set, in: product,
          options: PODOptions(method: .randomized, size: 8, sketch: sketch))
        let bounds = try #require(pod.report?.errorBounds)
        #expect(pod.basis.size == 8)
        for i in 0..<8 {
          #expect(pod.singularValues[i] <= sigma[i] + 1e-14)
          #expect((pod.singularValues[i] - sigma[i]).magnitude <= bounds[i])
        }
        #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
        let lost = (0..<70).reduce(0.0) {
          let d = pod.basis.distance(to: set.states.column($1))
          return $0 + d * d
        }.squareRoot()
        #expect(
          ((pod.report?.projectionError.frobenius ?? 0) / lost - 1).magnitude < 1e-6)
      }
    }
  }

  @Test func `a sketch grows until the tolerance is met`() throws {
    let product = InnerProduct<Double>(euclidean: 900)
    let sigma = (0..<300).map { Double.pow(10, -Double($0) / 50) }
    let set = SnapshotSet(states: try GradedSnapshots.states(sigma, 900, 300, in: product))
    let pod = try POD(
      of: set, options: PODOptions(method: .randomized, tolerance: .energy(1e-4)))
    let best = try POD(of: set, options: PODOptions(tolerance: .energy(1e-4)))
    #expect((pod.report?.projectionError.relative ?? 1) <= 1e-4)
    #expect(pod.basis.size >= best.basis.size && pod.basis.size <= best.basis.size + 3)
    #expect(pod.limit == .tolerance)
  }

  @Test func `the same seed gives the same bits`() throws {
    let product = InnerProduct<Double>(euclidean: 500)
    let sigma = (0..<40).map { Double.pow(10, -Double($0) / 10) }
    let set = SnapshotSet(states: try GradedSnapshots.states(sigma, 500, 60, in: product))
    func pod(_ seed: UInt64) throws -> POD<Double> {
      try POD(
        of: set,
        options: PODOptions(method: .randomized, size: 5, sketch: RandomSketch(seed: seed)))
    }
    #expect(try pod(3).basis.vectors == pod(3).basis.vectors)
    #expect(try pod(3).basis.vectors != pod(4).basis.vectors)
  }

  @Test(arguments: ProductKind.allCases)
  func `any tree keeps the error it guarantees`(kind: ProductKind) throws {
    let product = kind.product(400)
    var random = SeededRandom(seed: 17)
    for trial in 0..<8 {
      let decay = 2 + 10 * (random.uniform() + 1)
      let sigma = (0..<60).map { Double.pow(10, -Double($0) / decay) }
      let states = try GradedSnapshots.states(sigma, 400, 90, in: product)
      let batch = 3 + Int(20 * (random.uniform() + 1))
      let hierarchy = PODHierarchy(
        tree: trial % 2 == 0 ? .chain : .balanced(arity: 2 + trial % 3), batch: batch,
        omega: 0.5 + 0.45 * random.uniform())
      let absolute = trial % 4 < 2
      let tolerance: PODTolerance = absolute ? .frobenius(1e-2) : .energy(1e-2)
      let source = PartwiseSource(states: states, access: .wholeSnapshots)
      let pod = try POD(
        of: source, in: product,
        options: PODOptions(
          method: .hierarchical, tolerance: tolerance, memory: 200_000, hierarchy: hierarchy))
      let report = try #require(pod.report)
      let limit = absolute ? 1e-2 : 1e-2 * (sigma.reduce(0) { $0 + $1 * $1 }).squareRoot()
      #expect(report.projectionError.frobenius <= report.guaranteedError * (1 + 1e-10))
      #expect(report.guaranteedError <= limit * (1 + 1e-10))
      #expect(report.projectionError.frobenius > 0.1 * report.guaranteedError)
      #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
      for i in 0..<pod.basis.size {
        #expect((pod.singularValues[i] - sigma[i]).magnitude <= report.errorBounds[i])
      }
      let best = try POD(of: source, in: product, options: PODOptions(tolerance: tolerance))
      #expect(pod.basis.size >= best.basis.size)
      #expect(pod.basis.size <= 2 * best.basis.size + 2)
    }
  }

  @Test func `without tolerance a tree gives the singular values of the whole`() throws {
    let product = InnerProduct<Double>(euclidean: 500)
    let sigma = (0..<40).map { Double.pow(10, -Double($0) / 4) }
    let states = try GradedSnapshots.states(sigma, 500, 60, in: product)
    for tree in [PODHierarchy.Tree.chain, .balanced(arity: 3)] {
      let pod = try POD(
        of: SnapshotSet(states: states),
        options: PODOptions(
          method: .hierarchical, hierarchy: PODHierarchy(tree: tree, batch: 7)))
      for (found, expected) in zip(pod.singularValues, sigma) {
        #expect((found - expected).magnitude < 1e-14)
      }
    }
  }

  @Test func `snapshots stored one by one beyond the memory come in batches`() throws {
    let product = GradedSnapshots.mass(500)
    let sigma = (0..<40).map { Double.pow(10, -Double($0) / 4) }
    let states = try GradedSnapshots.states(sigma, 500, 60, in: product)
    let source = PartwiseSource(states: states, access: .wholeSnapshots)
    let options = PODOptions(tolerance: .energy(1e-5), memory: 100_000)
    let pod = try POD(of: source, in: product, options: options)
    #expect(pod.report?.method == .streaming)
    #expect(
      pod.report?.reason
        == "snapshots stored one by one exceed the memory of 100000 bytes, so each batch updates "
        + "what is known of those before")
    #expect((pod.report?.projectionError.relative ?? 1) <= 1e-5)
    // Where streaming would keep all modes, the tree does so.
    for tolerance in [PODTolerance.energy(0), .frobenius(1e-4), .worstCase(1e-4)] {
      var other = options
      other.tolerance = tolerance
      let pod = try POD(of: source, in: product, options: other)
      #expect(pod.report?.method == .hierarchical)
      #expect(pod.report?.reason.hasSuffix("so they come in batches") == true)
    }
    var named = options
    named.method = .tallSkinnyQR
    #expect(throws: SnapshotError.self) { try POD(of: source, in: product, options: named) }
  }

  @Test func `a triangle beyond the memory makes snapshots stream`() throws {
    let product = InnerProduct<Double>(euclidean: 300)
    let states = try GradedSnapshots.states([1, 0.1, 1e-2, 1e-3], 300, 200, in: product)
    for turned in [states, states.transposed()] {
      var options = PODOptions(tolerance: .energy(0.05), memory: 400_000)
      let source = PartwiseSource(states: turned, access: .anyPart)
      let pod = try POD(of: source, options: options)
      #expect(pod.report?.method == .streaming)
      #expect(
        pod.report?.reason
          == "triangles of order 200 take 960000 bytes, more than the memory of 400000 bytes, so "
          + "each batch updates what is known of those before")
      #expect((pod.report?.projectionError.relative ?? 1) <= 0.05)
      // In a memory that holds the triangles but not the snapshots, rows stream by.
      options.memory = 1_000_000
      let larger = DenseMatrix(
        rowCount: 1200, columns: (0..<200).map { j in (0..<4).flatMap { _ in states.column(j) } })
      let rows = try POD(of: PartwiseSource(states: larger, access: .anyPart), options: options)
      #expect(rows.report?.method == .snapshots || rows.report?.method == .tallSkinnyQR)
    }
  }

  @Test(arguments: ProductKind.allCases)
  func `every method keeps the worst case that was asked for`(kind: ProductKind) throws {
    let product = kind.product(400)
    var random = SeededRandom(seed: 23)
    for method in [PODMethod.hierarchical, .streaming, .tallSkinnyQR, .randomized] {
      for trial in 0..<4 {
        let sigma = (0..<50).map { Double.pow(10, -Double($0) / 6) }
        var states = try GradedSnapshots.states(sigma, 400, 70, in: product)
        // Snapshots of very different sizes, and none at all.
        for j in 0..<70 {
          let factor = j == 13 ? 0 : Double.pow(10, 2 * random.uniform())
          for i in 0..<400 { states[i, j] *= factor }
        }
        let hierarchy = PODHierarchy(
          tree: trial % 2 == 0 ? .chain : .balanced(arity: 3), batch: 9)
        let value = [1e-1, 1e-2, 1e-3, 1e-4][trial]
        let pod = try POD(
          of: SnapshotSet(states: states), in: product,
          options: PODOptions(
            method: method, tolerance: .worstCase(value), hierarchy: hierarchy))
        let report = try #require(pod.report)
        #expect(pod.limit == .tolerance && report.projectionError.worst <= value)
        let worst = (0..<70).filter { $0 != 13 }.map {
          pod.basis.distance(to: states.column($0)) / product.norm(states.column($0))
        }
        #expect(try #require(worst.max()) <= value * (1 + 1e-9))
        // Not by keeping everything: the best basis of QR is nearly as large.
        let best = try POD(
          of: SnapshotSet(states: states), in: product,
          options: PODOptions(method: .tallSkinnyQR, tolerance: .worstCase(value)))
        #expect(pod.basis.size <= best.basis.size + 3)
      }
    }
  }

  @Test func `a worst case below round-off is said not to be met`() throws {
    let product = InnerProduct<Double>(euclidean: 300)
    var states = try GradedSnapshots.states([1, 0.1], 300, 40, in: product)
    // One snapshot of its own, so small that its direction drowns in the round-off of the others.
    for i in 0..<300 { states[i, 7] = i == 5 ? 3e-14 : 0 }
    for method in [PODMethod.hierarchical, .streaming, .tallSkinnyQR] {
      let pod = try POD(
        of: SnapshotSet(states: states),
        options: PODOptions(method: method, tolerance: .worstCase(1e-6))
      )
      let report = try #require(pod.report)
      let isMet = report.projectionError.worst <= 1e-6
      #expect((pod.limit == .tolerance) == isMet)
      #expect(isMet == !report.notes.contains { $0.contains("not met (snapshot 7 keeps") })
    }
  }

  @Test(arguments: [PODHierarchy.Tree.chain, .balanced(arity: 2)])
  func `a tree finds the singular values above a limit`(tree: PODHierarchy.Tree) throws {
    let product = GradedSnapshots.mass(400)
    let sigma = (0..<50).map { Double.pow(10, -Double($0) / 5 - 0.1) }
    let states = try GradedSnapshots.states(sigma, 400, 70, in: product)
    for value in [1e-2, 1e-4] {
      let pod = try POD(
        of: SnapshotSet(states: states), in: product,
        options: PODOptions(
          method: .hierarchical, tolerance: .singularValue(value),
          hierarchy: PODHierarchy(tree: tree, batch: 8)))
      #expect(pod.basis.size == sigma.prefix { $0 > value }.count && pod.limit == .tolerance)
      for k in 0..<pod.basis.size {
        #expect((pod.singularValues[k] / sigma[k] - 1).magnitude < 0.005)
      }
    }
  }

  @Test(arguments: ProductKind.allCases)
  func `streaming meets the energy and bounds its singular values`(kind: ProductKind) throws {
    let product = kind.product(400)
    let sigma = (0..<60).map { Double.pow(10, -Double($0) / 6) }
    let states = try GradedSnapshots.states(sigma, 400, 90, in: product)
    let source = PartwiseSource(states: states, access: .wholeSnapshots)
    let pod = try POD(
      of: source, in: product,
      options: PODOptions(method: .streaming, tolerance: .energy(1e-4), memory: 100_000))
    let report = try #require(pod.report)
    #expect(report.method == .streaming && pod.limit == .tolerance)
    #expect(report.projectionError.relative <= 1e-4)
    #expect(report.projectionError.frobenius <= report.guaranteedError * (1 + 1e-10))
    #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
    for i in 0..<pod.basis.size {
      #expect((pod.singularValues[i] - sigma[i]).magnitude <= report.errorBounds[i])
    }
  }

  @Test(arguments: [PODMethod.randomized, .hierarchical, .snapshots, .streaming])
  func `one, equal and vanishing snapshots have exact answers by every method`(
    method: PODMethod
  ) throws {
    let column = (0..<200).map { Double($0) - 20 }
    for kind in ProductKind.allCases {
      let product = kind.product(200)
      for count in [1, 6] {
        let options = PODOptions(method: method, tolerance: .energy(1e-4))
        let states = DenseMatrix(rowCount: 200, columns: .init(repeating: column, count: count))
        let pod = try POD(of: SnapshotSet(states: states), in: product, options: options)
        #expect(pod.basis.size == 1)
        let expected = Double(count).squareRoot() * product.norm(column)
        #expect((pod.singularValues[0] / expected - 1).magnitude < 1e-13)
        let zero = try POD(
          of: SnapshotSet(states: DenseMatrix(rowCount: 200, columnCount: count)), in: product,
          options: options)
        #expect(zero.basis.size == 0 && zero.singularValues.allSatisfy { $0 == 0 })
        #expect(zero.report?.errorBounds.allSatisfy { $0 == 0 } == true)
      }
    }
    var states = DenseMatrix<Double>(rowCount: 30, columnCount: 4)
    states[7, 2] = .nan
    #expect(throws: SnapshotError.self) {
      try POD(
        of: SnapshotSet(states: states),
        options: PODOptions(method: method, tolerance: .energy(0.1)))
    }
  }
}
