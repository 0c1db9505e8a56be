import Cases
import Foundation
import LinearAlgebra
import ModelReduction
import Testing

/// Snapshots in a file of numpy: σ_k = 2^-k on orthogonal sines.
private func writeSnapshots(_ path: String, count: Int = 12, from first: Int = 0) throws {
  let (n, rank) = (60, 6)
  var states = DenseMatrix<Double>(rowCount: n, columnCount: count)
  for j in 0..<count {
    for i in 0..<n {
      for k in 1...rank {
        let x = Double(i + 1) / Double(n + 1)
        states[i, j] +=
          sin(Double(k) * .pi * x) * cos(Double(k * (j + first)) + 0.3) / Double(1 << k)
      }
    }
  }
  try BasisFile(modes: states).write(to: path, as: .npy)
}

@Suite struct `Reducing snapshots by the command` {
  @Test func `a basis meets its tolerance and its file opens again`() throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"))
    let outcome = try ritz(
      "reduce", "s.npy", "--tolerance", "1e-3", "--folds", "4", "-o", "basis.h5", "--json",
      in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let json = try JSONValue(parsing: outcome.output)
    let rank = try #require(json["rank"]?.number)
    let error = try #require(json["projectionError"]?.number)
    let retained = try #require(json["retained"]?.number)
    #expect(error <= 1e-3 && abs(1 - error * error - retained) < 1e-12)
    let basis = try BasisFile(reading: folder.path("basis.h5"))
    #expect(Double(basis.size) == rank && basis.coefficients?.columnCount == 12)
    #expect(try folder.text("basis.html").contains("<svg"))
  }

  @Test func `tolerance zero keeps every mode above round-off and none below`() throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"), count: 30)
    let outcome = try ritz("reduce", "s.npy", "--tolerance", "0", "--json", in: folder)
    let json = try JSONValue(parsing: outcome.output)
    #expect(json["rank"]?.number == 6)
    #expect(json["singularValues"]?[29]?.number != nil)
  }

  @Test func `rows and columns are told apart by the flag alone`() throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"))
    let columns = try JSONValue(
      parsing: ritz("reduce", "s.npy", "--rank", "3", "--json", in: folder).output)
    let rows = try JSONValue(
      parsing: ritz("reduce", "s.npy", "--rank", "3", "--rows", "--json", in: folder).output)
    #expect(columns["dimension"]?.number == 60 && rows["dimension"]?.number == 12)
    let (a, b) = (columns["singularValues"]?[0]?.number, rows["singularValues"]?[0]?.number)
    #expect(try abs(#require(a) - #require(b)) < 1e-14 * #require(a))
  }

  @Test(arguments: ["eim", "deim", "qdeim", "sopt"])
  func `points come with the basis and tell whole snapshots`(method: String) throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"))
    let outcome = try ritz(
      "reduce", "s.npy", "--rank", "6", "--interpolate", method, "-o", "basis.npz", "--json",
      in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let json = try JSONValue(parsing: outcome.output)
    #expect(json["interpolation"]?.string == method)
    #expect(try #require(json["lebesgueConstant"]?.number) >= 1)
    // Six modes hold all of the snapshots.
    #expect(try #require(json["interpolationError"]?.number) < 1e-10)
    let basis = try BasisFile(reading: folder.path("basis.npz"))
    let points = try #require(basis.points)
    #expect(points.count == 6 && Double(points[5]) == json["points"]?[5]?.number)
    #expect((basis.interpolationModes != nil) == (method == "eim"))
    let snapshot = try NumpySnapshots(reading: folder.path("s.npy")).snapshots(3..<4).values
    let fit = try GappyPOD(basis.interpolationModes ?? basis.modes, points: points)
    let image =
      (basis.interpolationModes ?? basis.modes) * fit.coordinates(of: points.map { snapshot[$0] })
    #expect(zip(image, snapshot).allSatisfy { abs($0 - $1) < 1e-10 })
    #expect(try folder.text("basis.html").contains("Interpolation from points"))
  }

  @Test func `all methods of interpolation are compared on snapshots held out`() throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"), count: 20)
    let outcome = try ritz(
      "compare", "interpolations", "s.npy", "--rank", "5", "--json", "--report", "c.html",
      in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let json = try JSONValue(parsing: outcome.output)
    #expect(json["training"]?.number == 15 && json["heldOut"]?.number == 5)
    for k in 0..<8 {
      #expect(json["methods"]?[k]?["modes"]?.number == 5)
      #expect(json["methods"]?[k]?["points"]?.number == (k < 4 ? 5 : 8))
      #expect(try #require(json["methods"]?[k]?["interpolationError"]?.number) < 0.5)
    }
    #expect(try folder.text("c.html").contains("S-OPT"))
    let text = try ritz("compare", "interpolations", "s.npy", "--rank", "5", in: folder)
    #expect(text.output.contains("Q-DEIM, oversampled"))
  }

  @Test(arguments: [
    (["reduce", "none.npy"], 66, "none.npy"),
    (["reduce", "s.npy", "--product", "none.mtx"], 66, "none.mtx"),
    (["reduce", "s.npy", "--weights", "w.csv"], 65, "expected 60"),
    (["reduce", "s.npy", "--memory", "lots"], 64, "512MB or 2GB"),
    (["reduce", "s.npy", "-o", "basis.txt"], 64, ".npy, .npz or .h5"),
    (["reduce", "s.npy", "--tolerance=-1"], 64, "zero or more"),
    (["reduce", "s.npy", "bad.csv"], 65, "bad.csv"),
    (["reduce", "s.npy", "--method", "gram"], 64, "tall-skinny-qr"),
    (["reduce", "s.npy", "--interpolate", "pod"], 64, "qdeim"),
    (["reduce", "s.npy", "--points", "9"], 64, "--interpolate"),
    (["reduce", "s.npy", "--interpolate", "eim", "--centre"], 64, "--centre"),
    (["reduce", "s.npy", "--rank", "5", "--interpolate", "deim", "--points", "3"], 65, "at least"),
    (["compare", "interpolations", "s.npy", "--hold-out", "1"], 64, "--hold-out"),
    (["compare", "interpolations", "s.npy", "--hold-out", "40"], 65, "hold-out"),
    (["update", "plain.npy", "s.npy"], 65, "without singular values"),
    (["cluster", "s.npy", "-k", "0"], 64, "2:8"),
    (["cluster", "s.npy", "-k", "40"], 65, "40"),
    (["compare", "bases", "plain.npy", "short.npy"], 65, "expected 60"),
  ])
  func `a mistake is told with its place and its exit code`(
    arguments: [String], status: Int, words: String
  ) throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"))
    try writeSnapshots(folder.path("plain.npy"))
    try BasisFile(modes: .identity(3)).write(to: folder.path("short.npy"))
    _ = try folder.write("1\n2\n3\n", to: "w.csv")
    _ = try folder.write("1,2\n3,nan\n", to: "bad.csv")
    let outcome = try ritz(arguments, in: folder)
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.narration.contains(words), "\(outcome.narration)")
  }
}

@Suite struct `Following and dividing snapshots by the command` {
  @Test(arguments: ["streaming", "zha-simon", "brand", "fast-sparse"])
  func `an updated basis is that of all snapshots`(method: String) throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("a.npy"))
    try writeSnapshots(folder.path("b.npy"), from: 12)
    _ = try ritz("reduce", "a.npy", "--tolerance", "0", "-o", "basis.npz", in: folder)
    let update = try ritz(
      "update", "basis.npz", "b.npy", "--method", method, "-o", "new.npz", "--json", in: folder)
    #expect(update.status == 0, "\(update.narration)")
    let all = try JSONValue(
      parsing: ritz("reduce", "a.npy", "b.npy", "--tolerance", "0", "--json", in: folder).output)
    let json = try JSONValue(parsing: update.output)
    for k in 0..<6 {
      let (a, b) = (json["singularValues"]?[k]?.number, all["singularValues"]?[k]?.number)
      #expect(try abs(#require(a) - #require(b)) < 1e-12)
    }
    // The coordinates stand for the snapshots still.
    let file = try BasisFile(reading: folder.path("new.npz"))
    let source = try ArrayFiles.open([folder.path("a.npy"), folder.path("b.npy")])
    let coefficients = try #require(file.coefficients)
    let difference = file.modes * coefficients - (try source.snapshots(0..<24))
    #expect(difference.frobeniusNorm < 1e-12)
    let angles = try ritz("compare", "bases", "new.npz", "basis.npz", "--json", in: folder)
    #expect(try #require(JSONValue(parsing: angles.output)["largestAngle"]?.number) < 1e-10)
  }

  @Test func `forgetting snapshots leaves the basis of the others`() throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("a.npy"))
    try writeSnapshots(folder.path("tail.npy"), count: 10, from: 2)
    _ = try ritz("reduce", "a.npy", "--tolerance", "0", "-o", "basis.npz", in: folder)
    let update = try JSONValue(
      parsing: ritz("update", "basis.npz", "--remove", "0,1", "--json", in: folder).output)
    let tail = try JSONValue(
      parsing: ritz("reduce", "tail.npy", "--tolerance", "0", "--json", in: folder).output)
    let (a, b) = (update["singularValues"]?[0]?.number, tail["singularValues"]?[0]?.number)
    #expect(try abs(#require(a) - #require(b)) < 1e-12)
    #expect(update["snapshots"]?.number == 10)
  }

  @Test(arguments: [[], ["--weights", "w.csv"], ["--product", "mass.mtx"]])
  func `a centred basis stays centred whatever happens to its snapshots`(product: [String]) throws {
    let folder = try Folder()
    _ = try folder.write((1...60).map { "\($0)\n" }.joined(), to: "w.csv")
    _ = try folder.write(
      "%%MatrixMarket matrix coordinate real symmetric\n60 60 119\n"
        + (1...60).map { "\($0) \($0) 4\n" }.joined()
        + (1...59).map { "\($0 + 1) \($0) 1\n" }.joined(), to: "mass.mtx")
    try writeSnapshots(folder.path("a.npy"))
    try writeSnapshots(folder.path("b.npy"), count: 5, from: 12)
    // Snapshots 2 … 11 with 12 in place of 4, and 13 … 16 behind.
    let (a, b) = (
      try ArrayFiles.open(folder.path("a.npy")).snapshots(0..<12),
      try ArrayFiles.open(folder.path("b.npy")).snapshots(0..<5)
    )
    var expected = a.columns(2..<12)
    expected.setColumn(2, b.column(0))
    expected.appendColumns(of: b.columns(1..<5))
    try BasisFile(modes: expected).write(to: folder.path("expected.npy"), as: .npy)
    let common = ["--tolerance", "0", "--centre", "--json"] + product
    _ = try ritz(["reduce", "a.npy", "-o", "basis.npz"] + common, in: folder)
    let all = try JSONValue(
      parsing: ritz(["reduce", "expected.npy", "-o", "all.npz"] + common, in: folder).output)
    let outcome = try ritz(
      ["update", "basis.npz", "b.npy", "--replace", "4", "--remove", "0,1", "-o", "new.npz"]
        + ["--json"] + product, in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let json = try JSONValue(parsing: outcome.output)
    #expect(json["method"]?.string == "coordinates" && json["snapshots"]?.number == 14)
    let unit = try #require(all["singularValues"]?[0]?.number)
    for k in 0..<6 {
      let (x, y) = (json["singularValues"]?[k]?.number, all["singularValues"]?[k]?.number)
      #expect(try abs(#require(x) - #require(y)) < 1e-12 * unit)
    }
    let (new, whole) = (
      try BasisFile(reading: folder.path("new.npz")), try BasisFile(reading: folder.path("all.npz"))
    )
    let means = zip(try #require(new.mean), try #require(whole.mean))
    #expect(means.allSatisfy { abs($0 - $1) < 1e-13 })
    // Methods that cannot say which can.
    for method in ["streaming", "zha-simon"] {
      let refusal = try ritz(
        ["update", "basis.npz", "b.npy", "--method", method] + product, in: folder)
      #expect(refusal.status == 65 && refusal.narration.contains("--method coordinates"))
    }
  }

  @Test func `clusters come with labels, medoids, cost, silhouette and a folder of bases`() throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"), count: 20)
    let outcome = try ritz(
      "cluster", "s.npy", "-k", "2:4", "-o", "clusters", "--json", in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let json = try JSONValue(parsing: outcome.output)
    let k = try #require(json["k"]?.number)
    #expect((2...4).contains(k))
    #expect(json["labels"]?[19]?.number != nil && json["labels"]?[20] == nil)
    #expect(json["medoids"]?[Int(k) - 1]?.number != nil)
    #expect(json["cost"]?.number != nil && json["silhouette"]?.number != nil)
    for name in ["labels.csv", "basis-0.npz", "results.json", "report.html"] {
      #expect(folder.exists("clusters/\(name)"))
    }
  }

  @Test func `a basis of packed snapshots keeps to what was asked for of the true ones`() throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"), count: 20)
    let packing = try ritz(
      "compress", "s.npy", "--tolerance", "1e-2", "--grid", "60", "-o", "s.rtz", "--json",
      in: folder)
    #expect(packing.status == 0, "\(packing.narration)")
    let json = try JSONValue(parsing: packing.output)
    #expect(try #require(json["ratio"]?.number) > 3)
    let left = try #require(json["remainingTolerance"]?.number)
    let reduction = try ritz(
      "reduce", "s.rtz", "--tolerance", "\(left)", "-o", "basis.npz", in: folder)
    #expect(reduction.status == 0, "\(reduction.narration)")
    let modes = try BasisFile(reading: folder.path("basis.npz")).modes
    let states = try ArrayFiles.open(folder.path("s.npy")).snapshots(0..<20)
    let rest = states - modes * modes.adjointTimes(states)
    #expect(rest.frobeniusNorm <= 1e-2 * states.frobeniusNorm)
    let wrong = try ritz(
      "compress", "s.npy", "--entry-error", "1", "--grid", "7x7", "-o", "t.rtz", in: folder)
    #expect(wrong.status == 65 && wrong.narration.contains("7 × 7") && !folder.exists("t.rtz"))
  }

  @Test(arguments: ["methods", "updates"])
  func `methods agree on the same snapshots`(what: String) throws {
    let folder = try Folder()
    try writeSnapshots(folder.path("s.npy"), count: 24)
    let outcome = try ritz("compare", what, "s.npy", "--rank", "8", "--json", in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let json = try JSONValue(parsing: outcome.output)
    for i in 0..<4 {
      let row = try #require(json["methods"]?[i])
      #expect(try #require(row["orthonormalityDefect"]?.number) < 1e-12)
    }
  }
}
