import ShippyCore

extension InstanceRow {
    package func details(_ look: Look) -> [DetailField] {
        var fields = [
            DetailField("state", "\(state.symbol(look.capabilities)) \(state.name)\(departure.map { ": \($0.reason.rawValue)" } ?? "")", state.style),
            DetailField("service", instance.service), DetailField("id", instance.id), DetailField("address", instance.address),
            DetailField("protocol", instance.protocol), DetailField("version", instance.version),
        ]
        if let left = timeLeft(look.countdownTime) {
            let style: TextStyle = InstanceState.isExpiring(left, of: instance.ttl) ? .warning : .plain
            fields.append(DetailField("lease left", "\(Int(left.rounded(.up))) s of \(Int(instance.ttl)) s", style))
        } else {
            fields.append(DetailField("lease left", ""))
        }
        fields.append(DetailField("lease", instance.lease == 0 ? "" : String(instance.lease)))
        fields.append(DetailField("revision", instance.revision == 0 ? "" : String(instance.revision)))
        fields.append(DetailField("registered", instance.registeredAt.map { "\($0), \(look.age($0)) ago" } ?? ""))
        switch probe {
        case .answered(let time):
            fields.append(DetailField("probe", "answered in \((time.seconds * 10_000).rounded() / 10) ms", TextStyle(color: .green)))
        case .failed(let reason): fields.append(DetailField("probe", reason, .error))
        case nil: fields.append(DetailField("probe", "not probed yet: press p", .dim))
        }
        if let owner = instance.foreignOwner { fields.append(DetailField("registered by", owner)) }
        for (name, value) in instance.metadata.sorted(by: { $0.key < $1.key }) where name != Instance.foreignMark {
            fields.append(DetailField("metadata", "\(name) = \(value)"))
        }
        return fields
    }
}

extension PanelRenderer {
    /// All details of one instance.
    func detailLines(_ key: Instance.Key, _ height: Int) -> [Line] {
        guard let row = panel.model.row(of: key) else {
            return [emptyLine, line("\(key.service) \(key.id) is gone from the registry. Esc goes back.", .dim)]
        }
        return window([emptyLine] + detailLines(row.details(look), width: size.width), height, top: panel.registry.detailTop)
    }

    /// Names and values below each other. Long values take several lines.
    func detailLines(_ fields: [DetailField], width: Int) -> [Line] {
        let nameWidth = max(0, min(14, width / 3))
        return fields.flatMap { field in
            let value = capabilities.showable(field.value.isEmpty ? "-" : field.value)
            let style = panel.connection.isStale ? .dim : field.style
            return value.wrapped(to: max(1, width - nameWidth - 3)).enumerated().map { number, part in
                var line = Line(width: width)
                line.add("  ")
                line.add(number == 0 ? field.name : "", .dim, width: nameWidth, ellipsis: capabilities.ellipsis)
                line.add(" ")
                line.add(part, style)
                return line
            }
        }
    }
}
