/// Gives values the fewest slots it easily can: a value's slot is free for the next result after
/// its last use, so that a block of points of all slots stays in the nearest cache.
struct SlotAssignment {
  private(set) var instructions: [Instruction]
  private(set) var results: [Int32]
  private(set) var slotCount: Int

  init(_ values: [Instruction], inputCount: Int, results: [Int32]) {
    let valueCount = inputCount + values.count
    var lastUse = [Int](repeating: -1, count: valueCount)
    for (i, instruction) in values.enumerated() {
      instruction.forEachSlot { lastUse[Int($0)] = i }
    }
    for result in results { lastUse[Int(result)] = Int.max }
    var slot = [Int32](repeating: 0, count: valueCount)
    for i in 0..<inputCount { slot[i] = Int32(i) }
    var free: [Int32] = []
    var next = Int32(inputCount)
    var assigned: [Instruction] = []
    assigned.reserveCapacity(values.count)
    for (i, instruction) in values.enumerated() {
      let value = Int(instruction.target)
      if lastUse[value] < 0 { continue }
      var moved = instruction
      var dying: [Int32] = []
      instruction.forEachSlot { operand in
        let place = slot[Int(operand)]
        if lastUse[Int(operand)] == i, operand >= inputCount, !dying.contains(place) {
          dying.append(place)
        }
      }
      Self.renumber(&moved, slot)
      if let place = free.popLast() {
        moved.target = place
      } else {
        moved.target = next
        next += 1
      }
      slot[value] = moved.target
      // Only now: a target apart from its operands lets the loops run on vectors.
      free += dying
      assigned.append(moved)
    }
    instructions = assigned
    self.results = results.map { slot[Int($0)] }
    slotCount = Int(next)
  }

  private static func renumber(_ instruction: inout Instruction, _ slot: [Int32]) {
    var places: [Int32] = []
    instruction.forEachSlot { places.append(slot[Int($0)]) }
    if places.count > 0 { instruction.a = places[0] }
    if places.count > 1 { instruction.b = places[1] }
    if places.count > 2 { instruction.c = places[2] }
  }
}
