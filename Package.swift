// swift-tools-version:6.2
import PackageDescription

/// The laws of the house, for every Swift target: no warning is left standing, every unsafe
/// expression is marked, imports stay private unless a signature needs them.
let laws: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: laws)
}

func tests(of name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: laws)
}

let real = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let complex = Target.Dependency.product(name: "ComplexModule", package: "swift-numerics")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "Ritz",
  products: [
    .library(name: "Ritz", targets: ["Ritz"]),
    .library(name: "ModelReduction", targets: ["ModelReduction"]),
    .executable(name: "ritz", targets: ["RitzCommand"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Solve over several machines; needs an MPI library")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    // Floor 0: C libraries and their fences.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "lapacke",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CSuiteSparse", providers: [.apt(["libsuitesparse-dev"])]),
    .systemLibrary(name: "CMETIS", providers: [.apt(["libmetis-dev"])]),
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CSpawn"),
    .systemLibrary(name: "CPrefetch"),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    // Asked for by the trait MPI alone: without it nothing of MPI need be installed.
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(name: "CTOMLPlusPlus", cxxSettings: [.define("TOML_EXCEPTIONS", to: "0")]),

    // Floors 1 to 8. Files is for every room that reads or writes: it knows bytes, no mathematics.
    room("Files", ["CZlib", "CExpat", "CSpawn"]),
    room(
      "LinearAlgebra",
      ["Files", "COpenBLAS", "CSuiteSparse", "CMETIS", "CPrefetch", real, complex]),
    room("Krylov", ["LinearAlgebra", "CPrefetch", real, complex]),
    // Algebraic: sets of unknowns and their matrices, no mesh.
    room(
      "DomainDecomposition",
      [
        "LinearAlgebra", "Krylov", .target(name: "CMPI", condition: .when(traits: ["MPI"])), real,
        complex,
      ]),
    // Chooses and runs solvers for sequences of systems.
    room(
      "LinearSolvers", ["LinearAlgebra", "Krylov", "DomainDecomposition", real, complex]),
    room("Expressions", [real]),
    room("Plots", ["Files", real]),
    room("Meshes", ["Files", "LinearAlgebra", "CHDF5", real]),
    room("FiniteElements", ["LinearAlgebra", "Expressions", "Meshes", real]),
    // Knows no mesh and no element: snapshots of any code are reduced with this room alone.
    room(
      "ModelReduction",
      [
        "Files", "LinearAlgebra", "Krylov", "DomainDecomposition", "LinearSolvers", "Expressions",
        "CHDF5", real, complex,
      ]),
    // Where snapshots meet the meshes of the programs they come from.
    room("SnapshotStore", ["Files", "LinearAlgebra", "Meshes", "ModelReduction", real]),
    room(
      "Physics",
      [
        "Files", "LinearAlgebra", "Krylov", "LinearSolvers", "Expressions", "Meshes",
        "FiniteElements", "ModelReduction", real, complex,
      ]
    ),
    room(
      "Cases",
      [
        "Files", "LinearAlgebra", "Krylov", "DomainDecomposition", "LinearSolvers", "Expressions",
        "Plots", "Meshes", "FiniteElements", "ModelReduction", "SnapshotStore", "Physics",
        "CTOMLPlusPlus", logging, real, complex,
      ]),
    room(
      "Examples",
      [
        "LinearAlgebra", "Krylov", "DomainDecomposition", "Expressions", "Meshes",
        "FiniteElements", "ModelReduction", "Physics", real, complex,
      ]),
    room(
      "Ritz",
      [
        "Files", "LinearAlgebra", "Krylov", "DomainDecomposition", "LinearSolvers", "Expressions",
        "Plots", "Meshes", "FiniteElements", "ModelReduction", "SnapshotStore", "Physics", "Cases",
      ]),
    room(
      "Benchmarks",
      [
        "LinearAlgebra", "Krylov", "LinearSolvers", "Expressions", "Meshes", "FiniteElements",
        "ModelReduction", "Physics", "COpenBLAS", "CSuiteSparse", real,
      ]),
    .executableTarget(
      name: "RitzCommand",
      dependencies: [
        "Ritz", "Cases", "Benchmarks", "Files", "LinearAlgebra", "Krylov", "DomainDecomposition",
        "LinearSolvers", "Meshes", "ModelReduction",
        "SnapshotStore", "COpenBLAS", "CSuiteSparse", "CMETIS", "CHDF5", arguments, logging, real,
      ],
      swiftSettings: laws),

    // Tests, a folder per room.
    .target(
      name: "TestSupport",
      dependencies: [
        "Files", "LinearAlgebra", "DomainDecomposition", "Expressions", "Meshes",
        "FiniteElements", real,
      ],
      path: "Tests/TestSupport", swiftSettings: laws),
    tests(of: "Files", ["Files", "CZlib"]),
    tests(of: "LinearAlgebra", ["Files", "LinearAlgebra", real, complex]),
    tests(
      of: "Krylov",
      ["Krylov", "LinearAlgebra", "Meshes", "FiniteElements", real, complex]),
    // What the tests of DomainDecomposition run on the ranks of MPI.
    .executableTarget(
      name: "DistributedCheck",
      dependencies: ["DomainDecomposition", "Krylov", "LinearAlgebra", real, complex],
      path: "Tests/DistributedCheck", swiftSettings: laws),
    tests(
      of: "DomainDecomposition",
      [
        "DomainDecomposition", "Krylov", "LinearAlgebra", "Meshes", "FiniteElements", real,
        complex,
      ]),
    tests(
      of: "LinearSolvers",
      ["LinearSolvers", "LinearAlgebra", "Krylov", "DomainDecomposition", real, complex]),
    tests(of: "Expressions", ["Expressions", real]),
    tests(of: "Plots", ["Plots", "CZlib"]),
    tests(of: "Meshes", ["Files", "Meshes", "LinearAlgebra", "CZlib", "CHDF5", real]),
    tests(
      of: "FiniteElements", ["FiniteElements", "Meshes", "LinearAlgebra", "Expressions", real]),
    tests(
      of: "ModelReduction",
      ["ModelReduction", "Files", "LinearAlgebra", "Expressions", real, complex]),
    tests(
      of: "SnapshotStore",
      ["SnapshotStore", "Files", "LinearAlgebra", "Meshes", "ModelReduction", real]),
    tests(
      of: "Physics",
      [
        "Physics", "ModelReduction", "LinearSolvers", "DomainDecomposition", "FiniteElements",
        "Meshes", "LinearAlgebra", "Expressions", real, complex,
      ]),
    tests(
      of: "Cases",
      [
        "Cases", "Files", "Plots", "Physics", "ModelReduction", "FiniteElements", "Meshes",
        "Expressions", "LinearAlgebra", logging, real,
      ]),
    tests(
      of: "Examples",
      ["Examples", "LinearAlgebra", "ModelReduction", "Physics", real, complex]),
    tests(
      of: "RitzCommand", ["RitzCommand", "Cases", "LinearAlgebra", "Meshes", "ModelReduction"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
