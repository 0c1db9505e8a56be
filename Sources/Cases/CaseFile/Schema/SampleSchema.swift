/// Where matrices and vectors of other programs come from.
extension CaseSchema {
  static let sources = ["samples", "files", "command"]

  /// The keys by which a matrix or a vector is given through samples at some parameters.
  ///
  /// - Parameter what: "matrix" or "vector".
  static func samples(of what: String) -> [Field] {
    let kinds = ["matrices"]
    let part = FieldType.coefficient(nil, .none)
    let range = FieldType.list(.quantity(nil, .none), count: 2...2)
    let axes = ["x", "y", "z"].map { axis in
      Field(
        axis, range, example: "[0, 1]", of: kinds,
        "the range of \(axis) in 'functions'" + (axis == "x" ? "" : "; with those before it"))
    }
    return [
      Field(
        "samples", .path, example: "\"samples.csv\"", of: kinds,
        "a CSV file with a line for each sample: the parameters, and the file of the \(what) there, "
          + "seen from the CSV file; its first line names the columns"),
      Field(
        "column", .string, default: "\"file\"", of: kinds,
        "with 'samples': the column that names the files"),
      Field(
        "files", .list(.path, count: 1...100_000), example: "[\"at1.npy\", \"at2.npy\"]", of: kinds,
        "the \(what) at the parameters of 'points', a file for each"),
      Field(
        "points", .list(.list(.quantity(nil, .none), count: 0...100_000), count: 1...100_000),
        example: "[[1.0], [2.0]]", of: kinds, "with 'files': the parameters, in order"),
      Field(
        "command", .either([.string, .list(.string, count: 1...10_000)]),
        example: "\"python3 assemble.py {k} {output}\"", of: kinds,
        "a program that gives the \(what) at any parameters, run without a shell: a text is cut into "
          + "words at blanks (quotes keep them together), a list is taken word by word; {name} and "
          + "{name[i]} are numbers of 17 digits, {mu} all of them, words of their own where it stands "
          + "alone, {output} a file to be written; without it the \(what) is read from stdout; "
          + "MatrixMarket or .npy"),
      Field(
        "folder", .path, example: "\".\"", of: kinds,
        "with 'command': where it runs; without it in the folder of the case"),
      Field(
        "timeout", .number(.positive), default: "600", of: kinds,
        "with 'command': the seconds after which it is stopped"),
      Field(
        "functions", .list(.either([part, .list(part, count: 2...2)]), count: 1...1000),
        example: "[1, [\"cos(k*x)\", \"sin(k*x)\"]]", of: kinds,
        "the functions through which alone parameters enter the entries, each a number or expression "
          + "or [re, im], of the parameters and x, y, z: entries are integrals of them, or multiples; "
          + "they say at which parameters the \(what) is needed. Without them samples say what they "
          + "can"),
    ] + axes + [
      Field(
        "learn", .integer(2...100_000), default: "20", of: kinds,
        "with 'command' and without 'functions': how many samples to learn from")
    ]
  }
}
