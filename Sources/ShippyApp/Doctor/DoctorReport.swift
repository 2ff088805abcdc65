import ShippyCore

/// Findings as text for a terminal.
struct DoctorReport {
    private static let indent = "  "
    /// The width of a line where the output is no terminal.
    private static let width = 100

    private let findings: [Finding]
    /// Whether what is in order is among them.
    private let isWhole: Bool

    init(_ findings: [Finding], isWhole: Bool) {
        self.findings = findings
        self.isWhole = isWhole
    }

    func text(style: Style, width: Int?) -> String {
        let areas = findings.map(\.area.rawValue.count).max() ?? 0
        let marks = findings.map { Self.mark($0.gravity).count }.max() ?? 0
        let start = String(repeating: " ", count: marks + areas + 2 * Self.indent.count)
        let room = max(20, (width ?? Self.width) - start.count)
        var lines: [String] = []
        for finding in findings {
            let mark = Self.mark(finding.gravity).padding(to: marks)
            let head =
                (finding.gravity == .ok ? style.green(mark) : style.bold(mark)) + Self.indent + finding.area.rawValue.padding(to: areas) + Self.indent
            var parts = Self.wrapped(finding.text.visiblyEscaped(limit: 500), room)
            if let advice = finding.advice { parts += Self.wrapped("-> \(advice.visiblyEscaped(limit: 500))", room) }
            lines.append(head + parts[0])
            lines += parts.dropFirst().map { start + $0 }
        }
        return (lines + [summary]).map { $0 + "\n" }.joined()
    }

    private var summary: String {
        let faults = findings.count { $0.gravity == .fault || $0.gravity == .unreachable }
        let warnings = findings.count { $0.gravity == .warning }
        if faults == 0, warnings == 0 { return isWhole ? "\neverything is in order" : "everything is in order" }
        return "\n\(faults) \(faults == 1 ? "fault" : "faults"), \(warnings) \(warnings == 1 ? "warning" : "warnings")"
    }

    private static func mark(_ gravity: Finding.Gravity) -> String {
        switch gravity {
        case .ok: "ok"
        case .warning: "warning"
        case .fault, .unreachable: "fault"
        }
    }

    /// Broken between words. A word that is too long has a line of its own.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = [""]
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.columns + 1 + String(word).columns <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
