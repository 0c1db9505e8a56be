public import CPrefetch

/// Asks for the entries that a pass over the rows of a sparse matrix will soon read.
///
/// Processors load ahead by themselves, but not beyond the page of memory they read from, and a page
/// holds no more than 512 entries. Asked 1024 entries ahead, a product with 15 entries a row runs at
/// the rate of a triad instead of half of it, from memory; in the cache the questions cost up to a
/// tenth, so that small matrices go without.
public struct EntryPrefetch<Value>: Sendable {
  /// Addresses of the first column and the first value.
  @usableFromInline let columns: UInt
  @usableFromInline let values: UInt
  /// Whether there are so many entries that they do not stay in the cache: only then is it worth asking.
  public let isOn: Bool

  /// How many entries are read before those that are asked for.
  @inlinable static var distance: Int { 1024 }
  /// Entries asked for at a time: a line of columns.
  @inlinable static var strip: Int { 16 }

  /// For the entries of these arrays.
  public init(_ columns: UnsafeBufferPointer<Int32>, _ values: UnsafeBufferPointer<Value>) {
    self.columns = UInt(bitPattern: columns.baseAddress)
    self.values = UInt(bitPattern: values.baseAddress)
    isOn = columns.count > 1 << 20
  }

  /// Asks for what stands some entries after `end`, in a pass from the first row to the last.
  ///
  /// - Parameter asked: The next entry to be asked for, at first any that is read soon; every line from
  ///   there on is asked for once.
  @inlinable @inline(__always)
  public func ahead(of end: Int, from asked: inout Int) {
    let size = UInt(bitPattern: MemoryLayout<Value>.stride)
    while asked < end &+ Self.distance {
      let at = UInt(bitPattern: asked)
      prefetch_line(columns &+ at &* 4)
      var line: UInt = 0
      while line < UInt(bitPattern: Self.strip) &* size {
        prefetch_line(values &+ at &* size &+ line)
        line &+= 64
      }
      asked &+= Self.strip
    }
  }
}
