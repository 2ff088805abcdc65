import ShippyCore

extension PanelRenderer {
    /// All details of one instance.
    func detailLines(_ key: Instance.Key, _ height: Int) -> [Line] {
        guard let row = panel.model.row(of: key) else {
            return [emptyLine, line("\(key.service) \(key.id) is gone from the registry. Esc goes back.", .dim)]
        }
        let instance = row.instance
        var fields: [(String, String, TextStyle)] = []
        func add(_ name: String, _ value: String, _ style: TextStyle = .plain) {
            fields.append((name, value, panel.model.connection.isStale ? .dim : style))
        }
        add("state", "\(row.state.symbol(capabilities)) \(row.state.name)\(row.departure.map { ": \($0.reason.rawValue)" } ?? "")", row.state.style)
        add("service", instance.service)
        add("id", instance.id)
        add("address", instance.address)
        add("protocol", instance.protocol.isEmpty ? "-" : instance.protocol)
        add("version", instance.version.isEmpty ? "-" : instance.version)
        if let left = row.timeLeft(leaseTime) {
            add(
                "lease left", "\(Int(left.rounded(.up))) s of \(Int(instance.ttl)) s",
                InstanceState.isExpiring(left, of: instance.ttl) ? .warning : .plain)
        } else {
            add("lease left", "-")
        }
        add("lease", instance.lease == 0 ? "-" : String(instance.lease))
        add("revision", instance.revision == 0 ? "-" : String(instance.revision))
        add("registered", instance.registeredAt.map { "\($0), \(Self.age((now.wall - $0).seconds)) ago" } ?? "-")
        switch row.probe {
        case .answered(let time): add("probe", "answered in \(Self.milliseconds(time))", TextStyle(color: .green))
        case .failed(let reason): add("probe", reason, .error)
        case nil: add("probe", "not probed yet: press p", .dim)
        }
        if let owner = instance.foreignOwner { add("registered by", owner) }
        for (name, value) in instance.metadata.sorted(by: { $0.key < $1.key }) where name != Instance.foreignMark {
            add("metadata", "\(name) = \(value)")
        }
        let lines =
            [emptyLine]
            + fields.map { name, value, style in
                var line = emptyLine
                line.add("  ")
                line.add(name, .dim, width: max(0, min(14, size.width / 3)), ellipsis: capabilities.ellipsis)
                line.add(" ")
                line.add(capabilities.showable(value), style, ellipsis: capabilities.ellipsis)
                return line
            }
        return window(lines, height, top: panel.detailTop)
    }

    private static func milliseconds(_ duration: Duration) -> String {
        "\((duration.seconds * 10_000).rounded() / 10) ms"
    }
}
