internal import Files
internal import LinearAlgebra
public import ModelReduction
internal import Plots

extension Clustering {
  /// All numbers, for machines.
  public var json: JSONValue {
    .members([
      ("objects", .integer(count)), ("dimension", .integer(dimension)),
      ("dissimilarity", .string(request.measure.name)), ("k", .integer(clusters.count)),
      ("labels", .array(clusters.labels.map { .integer($0) })),
      ("medoids", .array(clusters.medoids.map { .integer($0) })),
      ("cost", .number(clusters.cost)),
      ("silhouette", silhouette.map { .number($0.mean) } ?? .null),
      ("clusterSilhouettes", silhouette.map { .numbers($0.clusterMeans) }),
      ("search", .string(clusters.search.rawValue)),
      (
        "counts",
        .array(
          study.entries.map {
            .object([
              ("k", .integer($0.count)), ("cost", .number($0.cost)),
              ("silhouette", .number($0.silhouette)),
              ("smallestCluster", .integer($0.smallestCluster)),
            ])
          })
      ),
      (
        "kMeans",
        means.map {
          .object([
            ("labels", .array($0.clusters.labels.map { .integer($0) })),
            ("cost", .number($0.clusters.cost)), ("adjustedRandIndex", .number($0.agreement)),
          ])
        }
      ),
      (
        "bases",
        bases.map {
          .array(
            $0.summaries.map {
              .object([
                ("medoid", .integer($0.medoid)), ("members", .integer($0.memberCount)),
                ("borrowed", .integer($0.borrowedCount)), ("rank", .integer($0.size)),
                ("meanProjectionError", .number($0.meanError)),
                ("worstProjectionError", .number($0.worstError)),
              ])
            })
        }
      ),
      ("widths", widths.isEmpty ? nil : .array(widths.map { .numbers($0.worst) })),
      (
        "gain",
        gain.map {
          .members([
            ("verdict", .string($0.verdict)), ("pays", .boolean($0.choice != nil)),
            (
              "entries",
              .array(
                $0.entries.map {
                  .object([
                    ("k", .integer($0.clusters)), ("modes", .integer($0.modes)),
                    ("predictedError", .number($0.predictedError)),
                    ("globalError", .number($0.globalError)),
                    ("globalErrorAtEqualMemory", .number($0.globalErrorAtEqualMemory)),
                    ("oracleError", .number($0.oracleError)),
                  ])
                })
            ),
          ])
        }
      ),
      (
        "classifier",
        classifier.map {
          .object([
            ("features", .array($0.featureNames.map { .string($0) })),
            ("accuracy", .number($0.confusion.accuracy)),
            (
              "confusion",
              .array($0.confusion.counts.map { .array($0.map { .integer($0) }) })
            ),
          ])
        }
      ),
      ("notes", .array(notes.map { .string($0) })), ("seconds", .number(seconds)),
      ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ])
  }

  /// The essentials, for people.
  public var text: String {
    var lines = [
      "\(count) objects, \(request.measure.name): \(clusters.count) clusters, cost "
        + NumberText(clusters.cost, digits: 6).plain
        + (silhouette.map { ", silhouette \(NumberText($0.mean, digits: 3).plain)" } ?? "")
    ]
    for (c, members) in clusters.members.enumerated() {
      var line = "  cluster \(c): \(members.count) members around \(clusters.medoids[c])"
      if let summary = bases?.summaries[c] {
        line +=
          ", \(summary.size) modes, mean error \(NumberText(summary.meanError, digits: 3).plain)"
      }
      lines.append(line)
    }
    if study.entries.count > 1 {
      for entry in study.entries {
        lines.append(
          "  k = \(entry.count): cost \(NumberText(entry.cost, digits: 4).plain), silhouette "
            + NumberText(entry.silhouette, digits: 3).plain)
      }
    }
    if let means {
      lines.append(
        "k-means agrees to an adjusted Rand index of "
          + NumberText(means.agreement, digits: 3).plain)
    }
    if let gain { lines.append(gain.verdict) }
    if let classifier {
      lines.append(
        "classifier of \(classifier.featureNames.joined(separator: ", ")): right for "
          + "\(NumberText(100 * classifier.confusion.accuracy, digits: 3).plain) % of parameters "
          + "left out")
    }
    lines += notes.map { "note: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes labels, local bases and results into a folder.
  ///
  /// - Returns: The files.
  /// - Throws: `SnapshotError`.
  public func write(to folder: String) throws(SnapshotError) -> [String] {
    let directory: OutputDirectory
    let results: String
    do throws(FileError) { directory = try OutputDirectory(folder) } catch { throw .file(error) }
    do throws(JSONError) { results = try json.text() + "\n" } catch {
      throw .refused("the results hold a number that is not finite: \(error)")
    }
    var written: [String] = []
    func put(_ name: String, _ text: String) throws(SnapshotError) {
      let path = "\(directory.path)/\(name)"
      do throws(FileError) { try FileBytes.write(text, to: path) } catch { throw .file(error) }
      written.append(path)
    }
    let rows = clusters.labels.indices.map {
      "\($0),\(clusters.labels[$0]),\(clusters.distances[$0])"
    }
    try put("labels.csv", (["object,cluster,distance"] + rows).joined(separator: "\n") + "\n")
    for (c, basis) in (bases?.bases ?? []).enumerated() {
      var file = BasisFile(modes: basis.vectors)
      (file.product, file.weights) = (basis.product.name, basis.product.weights)
      (file.tolerance, file.software) = (request.tolerance, "ritz \(ritzVersion)")
      let path = "\(directory.path)/basis-\(c).npz"
      try file.write(to: path)
      written.append(path)
    }
    try put("results.json", results)
    try put("report.html", page())
    return written
  }
}
