internal import Glibc

/// The signature of a user material of Abaqus: every argument is an address, as in Fortran, but the
/// hidden length of the name at the end.
///
/// A subroutine in C that declares no such length is called all the same: the caller clears the
/// arguments.
typealias UserMaterial =
  @convention(c) (
    _ stress: UnsafeMutablePointer<Double>, _ state: UnsafeMutablePointer<Double>,
    _ tangent: UnsafeMutablePointer<Double>, _ elasticEnergy: UnsafeMutablePointer<Double>,
    _ plasticEnergy: UnsafeMutablePointer<Double>, _ creepEnergy: UnsafeMutablePointer<Double>,
    _ heat: UnsafeMutablePointer<Double>, _ stressByTemperature: UnsafeMutablePointer<Double>,
    _ heatByStrain: UnsafeMutablePointer<Double>,
    _ heatByTemperature: UnsafeMutablePointer<Double>,
    _ strain: UnsafeMutablePointer<Double>, _ strainIncrement: UnsafeMutablePointer<Double>,
    _ time: UnsafeMutablePointer<Double>, _ timeIncrement: UnsafeMutablePointer<Double>,
    _ temperature: UnsafeMutablePointer<Double>,
    _ temperatureIncrement: UnsafeMutablePointer<Double>,
    _ predefined: UnsafeMutablePointer<Double>,
    _ predefinedIncrement: UnsafeMutablePointer<Double>,
    _ name: UnsafeMutablePointer<CChar>, _ directCount: UnsafeMutablePointer<Int32>,
    _ shearCount: UnsafeMutablePointer<Int32>, _ componentCount: UnsafeMutablePointer<Int32>,
    _ stateCount: UnsafeMutablePointer<Int32>, _ properties: UnsafeMutablePointer<Double>,
    _ propertyCount: UnsafeMutablePointer<Int32>, _ coordinates: UnsafeMutablePointer<Double>,
    _ rotation: UnsafeMutablePointer<Double>, _ stepRatio: UnsafeMutablePointer<Double>,
    _ elementSize: UnsafeMutablePointer<Double>, _ startGradient: UnsafeMutablePointer<Double>,
    _ gradient: UnsafeMutablePointer<Double>, _ element: UnsafeMutablePointer<Int32>,
    _ point: UnsafeMutablePointer<Int32>, _ layer: UnsafeMutablePointer<Int32>,
    _ section: UnsafeMutablePointer<Int32>, _ step: UnsafeMutablePointer<Int32>,
    _ increment: UnsafeMutablePointer<Int32>, _ nameLength: Int
  ) -> Void

/// A function found in a shared library, which stays loaded until the process ends: runtimes of
/// Fortran do not survive being unloaded, and other laws may hold the same library.
@safe struct UserMaterialFunction: Sendable {
  // An address of code never changes and is read only.
  private nonisolated(unsafe) let function: UserMaterial
  /// The name it was found under.
  let symbol: String

  /// Loads a library and finds `umat_` (Fortran) or `umat` (C) in it.
  ///
  /// - Throws: Where there is no such file, it is no library, or has no such function.
  init(path: String, _ subject: PhysicsError.Subject) throws(PhysicsError) {
    guard path.contains("/") else {
      throw PhysicsError(
        subject,
        "'\(path)' has no slash: give a path such as './\(path)', so that no other library of this "
          + "name is taken from the system's folders")
    }
    guard unsafe access(path, F_OK) == 0 else {
      throw PhysicsError(subject, "there is no file '\(path)'")
    }
    guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given"
      throw PhysicsError(
        subject,
        "'\(path)' cannot be loaded as a shared library: \(reason) (build it with -shared -fPIC; "
          + "utility routines of Abaqus such as XIT or ROTSIG must be linked into it)")
    }
    for symbol in ["umat_", "umat"] {
      if let address = unsafe dlsym(handle, symbol) {
        unsafe function = unsafeBitCast(address, to: UserMaterial.self)
        self.symbol = symbol
        return
      }
    }
    throw PhysicsError(
      subject,
      "'\(path)' has no function 'umat_' (a SUBROUTINE UMAT in Fortran) or 'umat' (in C, with "
        + "extern \"C\" in C++)")
  }

  /// The function itself.
  var call: UserMaterial { unsafe function }
}
