import StenoCommands

@main
struct Steno {
  static func main() async {
    await StenoProgram.main()
  }
}
