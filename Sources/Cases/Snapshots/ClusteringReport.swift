internal import LinearAlgebra
internal import ModelReduction
internal import Plots

extension Clustering {
  /// The report: one HTML page with its pictures inside.
  public func page() -> String {
    var page = ReportPage()
    page.section("What was asked")
    page.facts([
      ReportContent.Fact("snapshots", "\(request.input.title), of \(dimension) numbers"),
      ReportContent.Fact("dissimilarity", request.measure.name),
      ReportContent.Fact("numbers of clusters", request.counts.map(String.init).commas),
      ReportContent.Fact("search", "\(clusters.search.rawValue), seed \(request.seed)"),
    ])
    addClusters(to: &page)
    addCounts(to: &page)
    addGain(to: &page)
    addClassifier(to: &page)
    page.section("Cost")
    page.facts([
      ReportContent.Fact("all of it", ReportWords.duration(seconds)),
      ReportContent.Fact("largest memory", MemorySize.text(CostLedger.peakMemoryBytes)),
    ])
    return page.html(
      subject: request.input.title, title: "Clusters of \(request.input.title)", tiles: tiles,
      notes: notes.map { ReportContent.Note($0) })
  }

  private var tiles: [ReportPage.Tile] {
    var tiles: [ReportPage.Tile] = [
      ("\(count) → \(clusters.count)", "objects and clusters"),
      (ReportWords.number(clusters.cost), "sum of dissimilarities to the medoids"),
    ]
    if let silhouette { tiles.append((ReportWords.number(silhouette.mean), "mean silhouette")) }
    if let gain {
      tiles.append((gain.choice == nil ? "no" : "yes", "whether local bases pay"))
    }
    return tiles
  }

  private func addClusters(to page: inout ReportPage) {
    page.section("Clusters")
    if plane.rowCount == 2, plane.columnCount == count, count <= 5000 {
      let groups = clusters.members.enumerated().map { c, members in
        ScatterChart.Group(
          "cluster \(c)", x: members.map { plane[0, $0] }, y: members.map { plane[1, $0] },
          colour: Palette.line(c))
      }
      page.figure(
        [
          ScatterChart(
            title: "", xAxis: Axis("first mode"), yAxis: Axis("second mode"), groups: groups,
            width: 560, height: 420
          ).svg()
        ], caption: "The snapshots in the plane of their two leading modes, by cluster.")
    }
    page.table(
      ReportTable(
        name: "clusters",
        columns: [
          "cluster", "members", "medoid", "silhouette", "borrowed", "modes", "mean error", "worst",
        ],
        rows: clusters.members.enumerated().map { c, members in
          let summary = bases?.summaries[c]
          return [
            .count(c), .count(members.count), .count(clusters.medoids[c]),
            silhouette.map { .number($0.clusterMeans[c], digits: 3) } ?? .none,
            summary.map { .count($0.borrowedCount) } ?? .none,
            summary.map { .count($0.size) } ?? .none,
            summary.map { .number($0.meanError, digits: 3) } ?? .none,
            summary.map { .number($0.worstError, digits: 3) } ?? .none,
          ]
        }),
      caption: "The clusters, their medoids, and the basis of each: relative projection errors of "
        + "its members.")
    if let means {
      page.paragraph(
        "For comparison, k-means of the snapshots as they are agrees with these clusters to an "
          + "adjusted Rand index of \(ReportWords.number(means.agreement)): 1 means the same "
          + "clusters, 0 no more than chance.")
    }
    guard widths.count > 1 else { return }
    let series = widths.enumerated().map { i, width in
      LineChart.Series(
        i == 0 ? "all" : "cluster \(i - 1)", x: width.worst.indices.map(Double.init),
        y: width.worst,
        style: LineStyle(
          i == 0 ? .dashed : .solid, marker: .circle, colour: Palette.line(i == 0 ? 7 : i - 1)))
    }
    page.figure(
      [
        LineChart(
          title: "", xAxis: Axis("dimension n", including: [0], isIntegral: true),
          yAxis: Axis("largest relative error", scale: .log), series: Array(series.prefix(9)),
          width: 680, height: 360
        ).svg()
      ],
      caption: "Normalised Kolmogorov widths, from above: how well any space of dimension n can "
        + "serve all snapshots, and those of each cluster.")
  }

  private func addCounts(to page: inout ReportPage) {
    guard study.entries.count > 1 else { return }
    page.section("How many clusters")
    page.table(
      ReportTable(
        name: "counts", columns: ["k", "cost", "silhouette", "smallest cluster"],
        rows: study.entries.map {
          [
            .count($0.count), .number($0.cost), .number($0.silhouette, digits: 3),
            .count($0.smallestCluster),
          ]
        }), caption: "Cost and mean silhouette against the number of clusters.")
  }

  private func addGain(to page: inout ReportPage) {
    guard let gain else { return }
    page.section("Whether local bases pay")
    page.paragraph(Markup.escaped(ReportContent.capitalised(gain.verdict) + "."))
    page.table(
      ReportTable(
        name: "gain",
        columns: [
          "k", "modes", "predicted error", "with the right cluster", "one basis", "of equal memory",
        ],
        rows: gain.entries.map {
          [
            .count($0.clusters), .count($0.modes), .number($0.predictedError, digits: 3),
            .number($0.oracleError, digits: 3), .number($0.globalError, digits: 3),
            .number($0.globalErrorAtEqualMemory, digits: 3),
          ]
        }, limit: 40),
      caption: "Mean relative errors of snapshots left out, by cross-validation.")
  }

  private func addClassifier(to page: inout ReportPage) {
    guard let classifier else { return }
    page.section("Which cluster a parameter belongs to")
    page.paragraph(
      "A multinomial logistic regression on "
        + Markup.escaped(classifier.featureNames.joined(separator: ", "))
        + " is right for \(ReportWords.number(100 * classifier.confusion.accuracy)) % of the "
        + "parameters it was not trained on.")
    page.table(
      ReportTable(
        name: "confusion",
        columns: ["cluster"] + clusters.medoids.indices.map { "as \($0)" },
        rows: classifier.confusion.counts.enumerated().map { c, row in
          [.count(c)] + row.map { .count($0) }
        }), caption: "How often parameters of each cluster were assigned to which, left out.")
  }
}

extension Sequence where Element == String {
  /// "2, 3, 4".
  fileprivate var commas: String { joined(separator: ", ") }
}
