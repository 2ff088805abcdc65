/// A progress line on standard error; nothing if that is not a terminal.
struct ProgressBar {
    private let label: String
    private var last: ContinuousClock.Instant?
    private var isShown = false

    init(label: String) {
        self.label = label
    }

    /// - Parameters:
    ///   - fraction: from 0 to 1; nil if the total is unknown.
    ///   - what: follows the label.
    mutating func show(_ fraction: Double?, _ what: String = "", count: Int? = nil) {
        guard Console.isTerminal, last.map({ $0.duration(to: .now) > .milliseconds(100) }) ?? true else { return }
        last = .now
        isShown = true
        let bar = fraction.map { fraction in
            let done = Int(fraction * 30)
            return "[" + String(repeating: "#", count: done) + String(repeating: ".", count: 30 - done) + "] \(Int(fraction * 100)) % "
        }
        Console.write("\r\u{1b}[K\(label) \(what.isEmpty ? "" : "\(what) ")\(bar ?? "")\(count.map(String.init) ?? "")")
    }

    mutating func clear() {
        guard isShown else { return }
        isShown = false
        Console.write("\r\u{1b}[K")
    }
}
