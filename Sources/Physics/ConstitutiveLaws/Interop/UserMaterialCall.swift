// The call of a UMAT. All addresses point into buffers that live as long as the call and have the
// sizes of Abaqus's documentation or more.

/// Where Abaqus's component 11, 22, 33, 12, 13, 23 stands here; the permutation is its own inverse.
private let order = [0, 1, 2, 5, 4, 3]
private let componentNames = ["xx", "yy", "zz", "yz", "xz", "xy"]

/// What a UMAT is given beside strains and state, and its scratch; one per batch.
@safe private struct CallArguments {
  /// By place: see the offsets.
  let numbers: UnsafeMutablePointer<Double>
  let counts: UnsafeMutablePointer<Int32>
  let name: UnsafeMutablePointer<CChar>

  static let stress = 0
  static let tangent = 6
  static let strain = 42
  static let strainIncrement = 48
  static let energies = 54
  static let heat = 57
  static let stressByTemperature = 58
  static let heatByStrain = 64
  static let heatByTemperature = 70
  static let time = 71
  static let timeIncrement = 73
  static let temperature = 74
  static let temperatureIncrement = 75
  static let predefined = 76
  static let predefinedIncrement = 77
  static let coordinates = 78
  static let rotation = 81
  static let startGradient = 90
  static let gradient = 99
  static let stepRatio = 108
  static let elementSize = 109
  static let numberCount = 110

  /// NDI, NSHR, NTENS, NSTATV, NPROPS, NOEL, NPT, LAYER, KSPT, then KSTEP with the room of JSTEP(4),
  /// and KINC.
  static let integerCount = 14
  /// NOEL, with NPT behind it.
  static let element = 5

  /// What holds for the whole batch.
  func fill(_ law: ExternalLaw, _ step: TimeIncrement) {
    let integers = [
      3, 3, 6, law.variables.count, law.properties.count, 1, 1, 1, 1, 1, 0, 0, 0, step.number,
    ]
    for (i, value) in integers.enumerated() { unsafe counts[i] = Int32(clamping: value) }
    unsafe name.update(repeating: 32, count: 80)
    for (i, byte) in law.name.utf8.enumerated() { unsafe name[i] = CChar(bitPattern: byte) }
  }

  /// What a call may overwrite or differs from point to point, set anew so that no point sees the
  /// traces of another.
  func reset(_ step: TimeIncrement, _ site: PointSite) {
    unsafe numbers.update(repeating: 0, count: CallArguments.numberCount)
    for diagonal in [0, 4, 8] {
      unsafe numbers[CallArguments.rotation + diagonal] = 1
      unsafe numbers[CallArguments.startGradient + diagonal] = 1
      unsafe numbers[CallArguments.gradient + diagonal] = 1
    }
    unsafe numbers[CallArguments.elementSize] = 1
    unsafe numbers[CallArguments.time] = step.start
    unsafe numbers[CallArguments.time + 1] = step.start
    unsafe numbers[CallArguments.timeIncrement] = step.length
    unsafe numbers[CallArguments.stepRatio] = 1
    for axis in 0..<3 {
      unsafe numbers[CallArguments.coordinates + axis] = site.coordinates[axis]
    }
    unsafe counts[CallArguments.element] = site.element
    unsafe counts[CallArguments.element + 1] = site.point
  }
}

extension ExternalLaw {
  /// All points of a batch; `thermal` are the thermal strains at the start and at the end.
  func call(
    _ a: PointAccess, _ sites: [PointSite], _ thermal: [[Double]], _ step: TimeIncrement
  ) -> ConstitutiveError? {
    var properties = self.properties + [0]
    return unsafe properties.withUnsafeMutableBufferPointer { properties in
      unsafe withUnsafeTemporaryAllocation(
        of: Double.self, capacity: CallArguments.numberCount
      ) { numbers in
        unsafe withUnsafeTemporaryAllocation(
          of: Int32.self, capacity: CallArguments.integerCount
        ) { counts in
          unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 80) { name in
            guard let properties = properties.baseAddress, let numbers = numbers.baseAddress,
              let counts = counts.baseAddress, let name = name.baseAddress
            else { return nil }
            let arguments = unsafe CallArguments(numbers: numbers, counts: counts, name: name)
            arguments.fill(self, step)
            for p in 0..<a.count {
              let error = unsafe call(
                p, a, sites[p], arguments, properties,
                thermal.map { $0.isEmpty ? 0 : $0[p] }, step)
              if let error { return error }
            }
            return nil
          }
        }
      }
    }
  }

  private func call(
    _ p: Int, _ a: PointAccess, _ site: PointSite, _ arguments: CallArguments,
    _ properties: UnsafeMutablePointer<Double>, _ thermal: [Double], _ step: TimeIncrement
  ) -> ConstitutiveError? {
    typealias Place = CallArguments
    let n = unsafe arguments.numbers
    let counts = unsafe arguments.counts
    arguments.reset(step, site)
    for (i, place) in order.enumerated() {
      let (start, end) = unsafe (a.startStrain[6 * p + place], a.strain[6 * p + place])
      let (startThermal, endThermal) = i < 3 ? (thermal[0], thermal[1]) : (0, 0)
      unsafe n[Place.stress + i] = a.startStress[6 * p + place]
      unsafe n[Place.strain + i] = start - startThermal
      unsafe n[Place.strainIncrement + i] = (end - endThermal) - (start - startThermal)
    }
    let start = unsafe a.startTemperature[p]
    unsafe n[Place.temperature] = start
    unsafe n[Place.temperatureIncrement] = a.temperature[p] - start
    let state = unsafe a.state + a.stateCount * p
    unsafe state.update(from: a.startState + a.stateCount * p, count: a.stateCount)
    unsafe function.call(
      n + Place.stress, state, n + Place.tangent, n + Place.energies, n + Place.energies + 1,
      n + Place.energies + 2, n + Place.heat, n + Place.stressByTemperature,
      n + Place.heatByStrain, n + Place.heatByTemperature, n + Place.strain,
      n + Place.strainIncrement, n + Place.time, n + Place.timeIncrement, n + Place.temperature,
      n + Place.temperatureIncrement, n + Place.predefined, n + Place.predefinedIncrement,
      arguments.name, counts, counts + 1, counts + 2, counts + 3, properties, counts + 4,
      n + Place.coordinates, n + Place.rotation, n + Place.stepRatio, n + Place.elementSize,
      n + Place.startGradient, n + Place.gradient, counts + 5, counts + 6, counts + 7,
      counts + 8, counts + 9, counts + 13, 80)
    let ratio = unsafe n[Place.stepRatio]
    if ratio < 1 {
      return ConstitutiveError(
        point: p,
        message: "the external law '\(path)' asks for a step of \(ratio) times the length "
          + "\(step.length) (PNEWDT)",
        remedy: .shorterStep(factor: ratio > 0 ? ratio : 0.25))
    }
    for (i, place) in order.enumerated() {
      unsafe a.stress[6 * p + place] = n[Place.stress + i]
      // Fortran stores DDSDDE column by column.
      for (j, other) in order.enumerated() {
        unsafe a.tangent[36 * p + 6 * place + other] = n[Place.tangent + i + 6 * j]
      }
    }
    return unanswered(p, a)
  }

  /// Names the first number of an answer that is not finite.
  private func unanswered(_ p: Int, _ a: PointAccess) -> ConstitutiveError? {
    var sum = 0.0
    for i in 0..<6 { unsafe sum += 0 * a.stress[6 * p + i] }
    for i in 0..<36 { unsafe sum += 0 * a.tangent[36 * p + i] }
    for i in 0..<a.stateCount { unsafe sum += 0 * a.state[a.stateCount * p + i] }
    if sum == 0 { return nil }
    var what = "an answer that is not finite"
    if let i = (0..<6).first(where: { unsafe !a.stress[6 * p + $0].isFinite }) {
      what = unsafe "the stress \(componentNames[i]) = \(a.stress[6 * p + i])"
    } else if let i = (0..<36).first(where: { unsafe !a.tangent[36 * p + $0].isFinite }) {
      what =
        unsafe "the tangent d\(componentNames[i / 6])/d\(componentNames[i % 6]) = "
        + "\(a.tangent[36 * p + i])"
    } else if let i = (0..<a.stateCount).first(where: {
      unsafe !a.state[a.stateCount * p + $0].isFinite
    }) {
      what = unsafe "state \(i + 1) = \(a.state[a.stateCount * p + i])"
    }
    return ConstitutiveError(
      point: p,
      message: unsafe "the external law '\(path)' returns \(what) for the strain "
        + "\(sixVector(a.strain + 6 * p)) at T = \(a.temperature[p])")
  }
}
