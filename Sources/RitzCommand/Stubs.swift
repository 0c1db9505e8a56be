internal import ArgumentParser
internal import Cases

struct Query: ParsableCommand {}
extension FileReport { init(modelAt path: String) throws { throw Failure(.badData, "no") } }
