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

extension String {
    /// The text in pieces of at most `width` columns, broken at blanks where there are some. At most ten.
    func wrapped(to width: Int) -> [String] {
        var pieces: [String] = []
        var rest = self
        while rest.columns > width, pieces.count < 9 {
            var piece = rest.cut(to: width, ellipsis: "")
            // A character may be wider than a line.
            guard !piece.isEmpty else { return pieces + [rest] }
            if let blank = piece.lastIndex(of: " "), piece.distance(from: piece.startIndex, to: blank) > piece.count / 5 {
                piece = String(piece[...blank])
            }
            pieces.append(piece)
            rest.unicodeScalars.removeFirst(piece.unicodeScalars.count)
        }
        return pieces + [rest]
    }
}
