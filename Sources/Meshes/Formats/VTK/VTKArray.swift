/// The numbers of an array in a file: whole or not.
enum VTKValues: Sendable {
  case whole([Int])
  case real([Double])

  var count: Int {
    switch self {
    case .whole(let values): values.count
    case .real(let values): values.count
    }
  }

  /// The values as real numbers.
  var reals: [Double] {
    switch self {
    case .whole(let values): values.map(Double.init)
    case .real(let values): values
    }
  }

  /// The values, if all are whole numbers.
  var wholes: [Int]? {
    switch self {
    case .whole(let values): return values
    case .real(let values):
      var result: [Int] = []
      result.reserveCapacity(values.count)
      for value in values {
        guard let whole = Int(exactly: value) else { return nil }
        result.append(whole)
      }
      return result
    }
  }
}

/// An array with its name and the number of its components.
struct VTKArray: Sendable {
  let name: String
  let components: Int
  let values: VTKValues

  /// The same at some points or cells.
  func values(at places: [Int]) -> VTKArray {
    func selected<Number>(_ values: [Number]) -> [Number] {
      places.flatMap { values[$0 * components..<($0 + 1) * components] }
    }
    let chosen: VTKValues =
      switch values {
      case .whole(let values): .whole(selected(values))
      case .real(let values): .real(selected(values))
      }
    return VTKArray(name: name, components: components, values: chosen)
  }
}

/// The number types of VTK's XML files.
enum VTKNumberType: String {
  case int8 = "Int8"
  case int16 = "Int16"
  case int32 = "Int32"
  case int64 = "Int64"
  case uint8 = "UInt8"
  case uint16 = "UInt16"
  case uint32 = "UInt32"
  case uint64 = "UInt64"
  case float32 = "Float32"
  case float64 = "Float64"

  /// Bytes of a number.
  var width: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  private var isSigned: Bool { rawValue.hasPrefix("Int") }
  var isReal: Bool { rawValue.hasPrefix("Float") }

  /// The numbers that some bytes stand for; nil if one does not fit into 64 bits with a sign.
  func values(of bytes: [UInt8], isBigEndian: Bool) -> VTKValues? {
    let count = bytes.count / width
    func word(_ index: Int) -> UInt64 {
      var value: UInt64 = 0
      let base = index * width
      for byte in 0..<width {
        value = value << 8 | UInt64(bytes[base + (isBigEndian ? byte : width - 1 - byte)])
      }
      return value
    }
    if isReal {
      return .real(
        (0..<count).map {
          width == 8
            ? Double(bitPattern: word($0))
            : Double(Float(bitPattern: UInt32(truncatingIfNeeded: word($0))))
        })
    }
    var values: [Int] = []
    values.reserveCapacity(count)
    let shift = UInt64(64 - 8 * width)
    for index in 0..<count {
      let bits = word(index)
      if isSigned {
        values.append(Int(Int64(bitPattern: bits << shift) >> Int64(shift)))
      } else {
        guard let value = Int(exactly: bits) else { return nil }
        values.append(value)
      }
    }
    return .whole(values)
  }
}
