/// A plate heated from below, two conductivities, done in a moment.
///
/// - Parameters:
///   - cells: Squares along each edge.
///   - size: The largest number of basis vectors.
///   - tolerance: Where the greedy algorithm stops.
///   - expect: Further tables.
func smallCase(
  cells: Int = 8, size: Int = 6, tolerance: String = "1e-6", training: Int = 60, expect: String = ""
) -> String {
  """
  schema = 1
  title = "Plate"
  [mesh]
  box = { size = [1, 1], cells = [\(cells), \(cells)] }
  [physics]
  kind = "diffusion"
  [[parameter]]
  name = "k"
  size = 2
  range = [0.1, 10]
  scale = "log"
  [[material]]
  on = "*"
  conductivity = "k[0] + k[1]*x"
  [[boundary]]
  on = "top"
  value = 0
  [[boundary]]
  on = "bottom"
  flux = "1 + x"
  [[output]]
  name = "mean-bottom"
  mean = "u"
  on = "bottom"
  [training]
  sampling = "log-random"
  count = \(training)
  seed = 1
  [reduction]
  method = "greedy"
  tolerance = \(tolerance)
  size = \(size)
  [query]
  points = [[1, 2], [0.3, 7.7]]
  \(expect)
  """
}
