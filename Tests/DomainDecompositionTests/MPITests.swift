#if MPI
  import Foundation
  import Testing

  /// Runs the check program on ranks of MPI.
  @Suite(.enabled(if: MPIRun.isAvailable), .serialized) struct MPITests {
    @Test func `one, two and four ranks find the same solutions`() throws {
      var iterations: [String] = []
      for ranks in [1, 2, 4] {
        let run = try MPIRun(ranks, "solve")
        #expect(run.status == 0, "\(run.output)")
        #expect(run["ranks"] == "\(ranks)")
        #expect(run["sum"] == "true")
        #expect(run["maximum"] == "true true")
        for name in ["diffusion", "waves"] {
          #expect(run["\(name).status"] == "converged")
          #expect(try #require(Double(run["\(name).error"])) <= 1e-8)
        }
        #expect(try #require(Double(run["modes.singularValues"])) <= 1e-14)
        #expect(try #require(Double(run["modes.distance"])) <= 1e-10)
        iterations.append(run["diffusion.iterations"] + " " + run["waves.iterations"])
      }
      #expect(Set(iterations).count == 1, "\(iterations)")
    }

    @Test(arguments: ["throw", "fail"])
    func `a failure on one rank ends the run and is told`(task: String) throws {
      let run = try MPIRun(2, task)
      #expect(run.status != 0)
      #expect(run.output.contains("ritz: rank 1"))
      #expect(run.output.contains("fails as it was asked to"))
      // What was printed before is not lost.
      #expect(run["ranks"] == "2")
    }

    @Test func `a rank that dies ends the run`() throws {
      let run = try MPIRun(2, "die")
      #expect(run.status != 0)
      #expect(run.output.contains("rank 1"))
    }
  }

  /// A finished run of the check program.
  struct MPIRun {
    let status: Int32
    let output: String

    static let launcher = ["/usr/bin/mpirun", "/usr/local/bin/mpirun"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    static let program = URL(fileURLWithPath: CommandLine.arguments[0])
      .resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("DistributedCheck").path

    static var isAvailable: Bool {
      launcher != nil && FileManager.default.isExecutableFile(atPath: program)
    }

    init(_ ranks: Int, _ task: String) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Self.launcher ?? "")
      process.arguments = [
        "--allow-run-as-root", "--oversubscribe", "-np", "\(ranks)", Self.program, task,
      ]
      let pipe = Pipe()
      (process.standardOutput, process.standardError) = (pipe, pipe)
      process.standardInput = FileHandle.nullDevice
      try process.run()
      output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      status = process.terminationStatus
    }

    /// The value of the line with a name.
    subscript(name: String) -> String {
      output.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        .map { String($0.dropFirst(name.count + 1)) } ?? ""
    }
  }
#endif
