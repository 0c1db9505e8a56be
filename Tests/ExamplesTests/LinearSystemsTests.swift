import Examples
import Testing

@Suite struct LinearSystemsTests {
  @Test func `a recycled space halves the iterations of waves at least`() throws {
    let counts = try recycledWaves()
    #expect(2 * counts.recycled <= counts.restarted)
  }

  @Test func `iterations do not grow with subdomains and channels`() throws {
    let counts = try channelsOnManySubdomains()
    #expect(Double(counts[1]) <= 1.2 * Double(counts[0]) + 1)
  }
}
