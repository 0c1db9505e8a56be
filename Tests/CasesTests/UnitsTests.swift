import Cases
import Testing

@Suite struct `Units` {
  @Test(arguments: [
    ("210 GPa", "m-kg-s-K", 210e9), ("210 GPa", "mm-t-s-K", 210e3),
    ("15 W/(m K)", "m-kg-s-K", 15), ("15 W/m/K", "m-kg-s-K", 15),
    ("15 W m^-1 K^-1", "m-kg-s-K", 15), ("15 W·m⁻¹·K⁻¹", "m-kg-s-K", 15),
    ("15 W/(m K)", "mm-t-s-K", 15), ("25 W/(m^2 K)", "mm-t-s-K", 25e-3),
    ("25 W/(m² K)", "mm-t-s-K", 25e-3), ("1 kW/m^2", "m-kg-s-K", 1000),
    ("1kW/m^2", "m-kg-s-K", 1000), ("20 degC", "m-kg-s-K", 293.15), ("20 °C", "m-kg-s-K", 293.15),
    ("68 degF", "m-kg-s-K", 293.15), ("3 mm", "m-kg-s-K", 3e-3), ("3 mm", "mm-t-s-K", 3),
    ("1 in", "cm-g-s-K", 2.54), ("2 min", "m-kg-s", 120), ("1 MPa", "cm-g-s-K", 1e7),
    ("5 %", "m-kg-s-K", 0.05), ("-1.5e3 kg/m^3", "mm-t-s-K", -1.5e-9), ("7 g/cm**3", "m-kg-s", 7e3),
    (".5 µm", "m-kg-s-K", 5e-7), ("1 bar", "m-kg-s-K", 1e5),
  ])
  func `are converted to the consistent system`(text: String, system: String, value: Double) throws
  {
    let units = try UnitSystem(named: system)
    let quantity = try Quantity(text)
    let converted = units.value(of: quantity.number, in: quantity.unit)
    #expect(abs(converted - value) <= 1e-14 * abs(value), "\(text) is \(converted)")
  }

  @Test func `are told from expressions by what follows the number`() {
    for text in ["2 mm", "15 W/(m K)", "20 degC", "1e3 Pa", "1e3Pa", "3m", "5 %", "-2 K"] {
      #expect(Quantity.isQuantity(text), "\(text)")
    }
    for text in [
      "1 + 0.2*k[0]", "2 * x", "3", "-u", "1e3", "1/k[0]", "k[0]", "2^3", "(1) m", "1 and x", "",
      "1e", "e3", ".", "2*(x)", "1 > x",
    ] where text != "1e" {
      #expect(!Quantity.isQuantity(text), "\(text)")
    }
  }

  @Test func `of the wrong dimension are refused with both dimensions`() {
    let text = bent("value = \"20 degC\"", "value = \"20 mm\"")
    #expect(
      complaints(text) == [
        "\(place(of: "\"20 mm\"", in: text)): 'value' in [[boundary]] has the wrong unit: "
          + "\"20 mm\" is length, expected is temperature"
      ])
  }

  @Test func `need a system to be converted to`() {
    let text = bent("units = \"m-kg-s-K\"\n", "")
    let found = complaints(text)
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.contains("the case names no unit system") })
  }

  @Test func `that nobody knows are errors that tell about products`() {
    let text = bent("value = \"20 degC\"", "value = \"2 x\"")
    #expect(
      complaints(text).first?.contains("unknown unit 'x'; if an expression was meant") == true)
    for bad in ["1 W/", "1 W/(m K", "1 m^99", "1 m^x", "1 W)", "1 degC/m", "1 m^2 °C"] {
      #expect(throws: UnitError.self) { _ = try Quantity(bad) }
    }
  }

  @Test(arguments: ["m-kg", "m-m-s", "m-kg-s-N", "", "mm-t-s-degC", "m-kg-s-K-A-A"])
  func `make no system where a basic one is missing, doubled or derived`(name: String) {
    #expect(throws: UnitError.self) { _ = try UnitSystem(named: name) }
  }

  @Test func `of a parameter must be those of the system`() {
    let foreign = "range = [1, 3]\nunit = \"kW/(m^2 K)\""
    #expect(complaints(bent("range = [1, 3]", foreign)).first?.contains("is 1000 of them") == true)
    let mixed = "range = [1, \"3 mm\"]\nunit = \"W/(m^2 K)\""
    #expect(complaints(bent("range = [1, 3]", mixed)).first?.contains("\"3 mm\" is length") == true)
    let right = "range = [1, \"0.003 kW/(m^2 K)\"]\nunit = \"W/(m^2 K)\""
    #expect(complaints(bent("range = [1, 3]", right)).isEmpty)
  }
}
