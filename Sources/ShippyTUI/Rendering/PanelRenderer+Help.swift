import ShippyCore

extension PanelRenderer {
    func helpLines(_ height: Int, top: Int) -> [Line] {
        var lines: [Line] = []
        let width = KeyBinding.all.filter { $0.tabs.contains(panel.tab) }.map(\.keyNames.columns).max() ?? 0
        for section in KeyBinding.sections(panel.tab) where !section.bindings.isEmpty {
            if !lines.isEmpty { lines.append(emptyLine) }
            lines.append(line(section.title, .bold))
            for binding in section.bindings {
                var line = emptyLine
                line.add("  ")
                if size.width >= width + 30 {
                    line.add(binding.keyNames, .bold, width: width + 2)
                } else {
                    line.add("\(binding.keyNames): ", .bold)
                }
                line.add(binding.description, ellipsis: capabilities.ellipsis)
                lines.append(line)
            }
        }
        guard panel.tab == .registry else { return window(lines, height, top: top) }
        lines.append(emptyLine)
        lines.append(line("States", .bold))
        for (state, meaning) in Self.meanings {
            var line = emptyLine
            line.add("  \(state.symbol(capabilities)) \(state.name)", state.style, width: min(15, size.width))
            line.add(meaning, ellipsis: capabilities.ellipsis)
            lines.append(line)
        }
        return window(lines, height, top: top)
    }

    private static let meanings: [(InstanceState, String)] = [
        (.alive, "its lease is renewed"),
        (.expiring, "less than half of its lease is left: a renewal was missed"),
        (.unreachable, "its lease is valid, but its address does not answer"),
        (.gone, "removed from the registry a moment ago"),
        (.foreign, "registered by a go-kit or go-micro program"),
    ]
}
