internal import Files
internal import LinearAlgebra
internal import Logging
internal import ModelReduction
internal import Physics

/// A program of the user that gives a matrix for a parameter.
struct MatrixCommand: MatrixSource {
  let template: CommandTemplate
  /// Where it runs.
  let folder: String
  /// The most seconds it may take.
  let timeout: Double
  /// As the case has it.
  let name: String
  /// The names of the components of a parameter.
  let parameterNames: [String]
  /// Where matrices are kept; nil where nothing may be run.
  var store: AssembledMatrices?

  var parameters: [Parameter]? { nil }

  func matrix(at mu: Parameter) throws(MatrixSourceError) -> MatrixFile {
    guard let store else {
      throw MatrixSourceError("'\(name)' is not run by a check")
    }
    return try store.matrix(of: self, at: mu)
  }

  func call(at mu: Parameter, output: String) -> ProgramCall {
    ProgramCall(template.words(at: mu, output: output), in: folder, timeout: timeout)
  }

  /// "k = 2.5".
  func words(_ mu: Parameter) -> String {
    zip(parameterNames, mu.values).prefix(12).map { "\($0) = \($1)" }.joined(separator: ", ")
      + (mu.count > 12 ? ", …" : "")
  }
}

/// Matrices that programs have given, kept in a folder of the results: what is there is not asked for
/// again.
///
/// Each stands under a hash of the words of its call and of every file among these, such as a script. What
/// else a program reads is not known here.
struct AssembledMatrices: Sendable {
  let folder: String
  let log: Logger

  func matrix(of command: MatrixCommand, at mu: Parameter) throws(MatrixSourceError) -> MatrixFile {
    let path = "\(folder)/\(key(command, mu))"
    for suffix in [".mtx", ".npy"] where FileBytes.isReadable(path + suffix) {
      guard let bytes = try? FileBytes.read(path + suffix, limit: .max),
        let kept = try? MatrixFile(bytes: bytes, file: name(command, mu))
      else { continue }
      return kept
    }
    log.info("\(command.name) at \(command.words(mu))")
    do {
      try Folder.make(folder)
      let bytes = try TemporaryFiles.withScratchFile(for: path) { said in
        try TemporaryFiles.withScratchFile(for: path) { output in
          try run(command, at: mu, said: said, output: output)
        }
      }
      guard !bytes.isEmpty else {
        throw MatrixSourceError(
          command.template.writesFile
            ? "it has not written \\{output}" : "it has written nothing to stdout")
      }
      let matrix = try MatrixFile(bytes: bytes, file: name(command, mu))
      let suffix = bytes.first == 0x93 ? ".npy" : ".mtx"
      try FileBytes.write(bytes, to: path + suffix)
      return matrix
    } catch let error as FormatError {
      throw MatrixSourceError("\(error)")
    } catch let error as ProgramCall.Failure {
      throw MatrixSourceError(
        "\(name(command, mu)): \(error)", isMissingFile: error.isMissing)
    } catch {
      throw MatrixSourceError("\(name(command, mu)): \(error)")
    }
  }

  /// How messages call what a program gives.
  private func name(_ command: MatrixCommand, _ mu: Parameter) -> String {
    "'\(command.name)' at \(command.words(mu))"
  }

  /// The bytes that a program gives.
  private func run(
    _ command: MatrixCommand, at mu: Parameter, said: String, output: String
  ) throws -> [UInt8] {
    // The program runs in another folder: it must find the file from there.
    let absolute = absolutePath(output)
    // Some programs add to a name what they take for its ending.
    let variants = [".npy", ".mtx"].map { output + $0 }
    defer { for path in variants where FileBytes.isReadable(path) { removeFile(path) } }
    try command.call(at: mu, output: absolute).run(output: said)
    guard command.template.writesFile else { return try FileBytes.read(said, limit: .max) }
    let bytes = try FileBytes.read(output, limit: .max)
    guard bytes.isEmpty, let other = variants.first(where: { FileBytes.isReadable($0) }) else {
      return bytes
    }
    return try FileBytes.read(other, limit: .max)
  }

  private func key(_ command: MatrixCommand, _ mu: Parameter) -> String {
    var hash = ContentHash()
    for word in command.template.words(at: mu, output: "{output}") {
      hash.add(word)
      let path = FilePath.joined(command.folder, word)
      if !word.isEmpty, let content = try? ContentHash.hexadecimal(ofFile: path) {
        hash.add(content)
      }
    }
    return String(hash.hexadecimal().prefix(32))
  }
}
