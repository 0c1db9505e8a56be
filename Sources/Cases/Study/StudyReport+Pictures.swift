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
        guard let fields = try? frames.fields(frame) else { return [] }
        let label = frames.labels[frame]
        return drawings(
          fields, pictures, title: label.title(query: i),
          caption: what + (point.isEmpty ? "" : " at \(point)") + label.words)
      }
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

  /// The first basis vectors.
  func modes(_ pictures: StudyPictures) -> [ReportContent.Picture] {
    (files.numbers.reduction?.modes(3) ?? []).enumerated().flatMap { i, mode in
      StudyPictures.quantities(of: mode).prefix(1).map { quantity in
        ReportContent.Picture(
          svg: pictures.field(
            StudyPictures.Quantity(
              name: mode.components.isEmpty ? "" : quantity.name, values: quantity.values,
              isSigned: mode.components.isEmpty), title: "vector \(i + 1)",
            moved: mode.role == .displacement
              ? (mode, pictures.magnification(of: mode)) : nil),
          caption: "Basis vector \(i + 1), of norm one in the product of the model.")
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
