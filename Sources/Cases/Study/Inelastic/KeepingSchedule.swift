/// When a run in time writes down where it stands.
package struct KeepingSchedule: Sendable {
  /// A step that has been made.
  package struct Moment: Sendable {
    /// The place of the point among those asked for.
    package let point: Int
    /// The step at that point, from 1.
    package let step: Int
    /// Since the last time the run was kept, or since it began.
    package let elapsed: Duration
    /// How long keeping it took the last time.
    package let cost: Duration
  }

  /// Whether the run is to be kept at a moment. What it throws ends the run there.
  package let isDue: @Sendable (Moment) throws -> Bool

  package init(_ isDue: @escaping @Sendable (Moment) throws -> Bool) { self.isDue = isDue }

  /// At most a tenth of the time is spent on keeping.
  package static let tenth = KeepingSchedule { $0.elapsed >= $0.cost * 10 }
}
