import ShippyApp

@main
enum Main {
    static func main() async {
        await Shippy.main()
    }
}
