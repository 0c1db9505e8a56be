@main struct Ritz { static func main() {} }
