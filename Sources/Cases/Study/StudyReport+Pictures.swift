internal import Meshes
internal import ModelReduction
internal import Plots

/// The pictures of answers and basis vectors.
extension StudyReport {
  /// The first answers: fields, displacements on the body they deform, modes of vibration.
  func solutions(_ pictures: StudyPictures) -> [ReportContent.Picture] {
    let numbers = files.numbers
    let isFull = numbers.reduction == nil
    let all = isFull ? numbers.query.fullFrames : numbers.query.reducedFrames
    return all.prefix(3).enumerated().flatMap { i, frames -> [ReportContent.Picture] in
      let point = files.study.caseFile.layout.words(numbers.queryPoints[i].values)
      let what = isFull ? "Solution" : "Reduced solution"
      return frames.drawn.flatMap { frame -> [ReportContent.Picture] in
        guard let fields = try? frames.fields(frame).map(gathered) else { return [] }
        let label = frames.labels[frame]
        return drawings(
          fields, pictures, title: label.title(query: i),
          caption: what + (point.isEmpty ? "" : " at \(point)") + label.words)
      }
    } + comparison(pictures)
  }

  /// The first answer's last field at its last time: of the full model, of the reduced one, and what is
  /// between them.
  private func comparison(_ pictures: StudyPictures) -> [ReportContent.Picture] {
    let query = files.numbers.query
    guard
      let (full, reduced) = zip(query.fullFrames, query.reducedFrames).first(where: { _ in true }),
      let frame = reduced.drawn.last, full.count == reduced.count,
      let exact = try? full.fields(frame).map(gathered),
      let found = try? reduced.fields(frame).map(gathered),
      let field = found.last(where: { $0.role != .record }),
      let known = exact.first(where: { $0.name == field.name && $0.width == field.width }),
      let a = StudyPictures.quantities(of: known).first,
      let b = StudyPictures.quantities(of: field).first
    else { return [] }
    let all = (a.values + b.values).filter { !$0.isNaN }
    let range = all.min().flatMap { low in all.max().map { low...max(low, $0) } }
    let moved = exact.first { $0.role == .displacement }.map {
      ($0, pictures.magnification(of: $0))
    }
    let gap = StudyPictures.Quantity(
      name: a.name, values: zip(a.values, b.values).map { $0 - $1 }, isSigned: true)
    let label = reduced.labels[frame].words
    return [
      (a, "full model", range), (b, "reduced model", range),
      (gap, "full less reduced", ClosedRange<Double>?.none),
    ].map { quantity, title, range in
      ReportContent.Picture(
        svg: pictures.field(quantity, title: title, range: range, moved: moved),
        caption: "\(a.name) of the first answer\(label): \(title)"
          + (range == nil ? "." : ", both in the same colours."))
    }
  }

  private func drawings(
    _ fields: [StudyField], _ pictures: StudyPictures, title: String, caption: String
  ) -> [ReportContent.Picture] {
    let displacement = fields.first { $0.role == .displacement }
    let moved = displacement.map { ($0, pictures.magnification(of: $0)) }
    return fields.filter { $0.role != .record }.flatMap { field -> [ReportContent.Picture] in
      StudyPictures.quantities(of: field).prefix(6).flatMap { quantity in
        pictures.views.map { view in
          ReportContent.Picture(
            svg: pictures.field(quantity, title: title, from: view, moved: moved),
            caption: caption
              + (fields.count > 1 || !field.components.isEmpty ? ", \(quantity.name)" : "")
              + (moved.map {
                ", the body deformed \(NumberText($0.1, digits: 3).plain) times"
              } ?? "") + "\(pictures.words(view)).")
        }
      }
    }
  }

  /// The mesh in the colours of its subdomains.
  func partition(_ field: StudyField, _ pictures: StudyPictures) -> [ReportContent.Picture] {
    let count = 1 + Int(field.values.reduce(0) { $1.isNaN ? $0 : max($0, $1) })
    return pictures.views.map { view in
      ReportContent.Picture(
        svg: pictures.partition(field, count: count, from: view),
        caption: "The \(count) subdomains of the Schwarz method before they overlap"
          + "\(pictures.words(view)); nothing is free where it is grey.")
    }
  }

  /// A field as it is drawn: of a mesh in pieces, on the whole.
  func gathered(_ field: StudyField) -> StudyField {
    files.model.facts.gathered?.field(field) ?? field
  }

  /// The first basis vectors.
  func modes(_ pictures: StudyPictures) -> [ReportContent.Picture] {
    (files.numbers.reduction?.modes(3) ?? []).map(gathered).enumerated().flatMap { i, mode in
      StudyPictures.quantities(of: mode).prefix(1).map { quantity in
        // Where a cubature has few points, its weights come last.
        let isMode = mode.role == .displacement || mode.name.hasPrefix("mode")
        return ReportContent.Picture(
          svg: pictures.field(
            StudyPictures.Quantity(
              name: mode.components.isEmpty ? "" : quantity.name, values: quantity.values,
              isSigned: isMode && mode.components.isEmpty),
            title: isMode ? "vector \(i + 1)" : mode.name,
            moved: mode.role == .displacement
              ? (mode, pictures.magnification(of: mode, isMode: true)) : nil),
          caption: isMode
            ? "Basis vector \(i + 1), of norm one in the product of the model."
            : "The \(mode.name): where the selected points lie, and for how much each stands.")
      }
    }
  }
}

extension StudyFrames {
  /// The frames worth a picture: the solution; in time the middle and the end; the first modes.
  var drawn: [Int] {
    switch labels.first {
    case .time: count > 2 ? [count / 2, count - 1] : [main]
    case .mode: Array(0..<min(6, count))
    default: Array(0..<min(1, count))
    }
  }
}

extension StudyFrames.Label {
  fileprivate func title(query i: Int) -> String {
    switch self {
    case .solution: "query \(i)"
    case .time(let time): "query \(i), t = \(NumberText(time, digits: 4).plain)"
    case .mode(let frequency): "\(NumberText(frequency, digits: 5).plain) Hz"
    }
  }

  fileprivate var words: String {
    switch self {
    case .solution: ""
    case .time(let time): ", t = \(NumberText(time, digits: 4).plain)"
    case .mode(let frequency): ", mode at \(NumberText(frequency, digits: 5).plain) Hz"
    }
  }
}
