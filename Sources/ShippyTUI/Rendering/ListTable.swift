import ShippyCore

/// The visible lines of a list. The least important columns are dropped first if there is too little room.
struct ListTable<Row: ListRow> {
    private struct Column {
        var kind: Row.Column
        var width: Int
    }

    /// The selected and the marked items have a sign before them.
    private static var signWidth: Int { 2 }
    private static var gap: Int { 2 }

    private let list: RowList<Row>
    private let look: Look
    private let width: Int
    private let isStale: Bool
    private let rows: [Row]
    private let columns: [Column]

    /// - Parameters:
    ///   - height: the number of lines.
    ///   - hidden: columns that have the same text in all rows.
    init(_ list: RowList<Row>, _ look: Look, width: Int, height: Int, hidden: Set<Row.Column> = [], isStale: Bool) {
        self.list = list
        self.look = look
        self.width = width
        self.isStale = isStale
        rows = list.visible(height)
        let kinds = Row.Column.allCases.filter { [rows] in !hidden.contains($0) && (rows.isEmpty || !$0.isRepetition(rows)) }
        columns = Self.columns(kinds, rows, look, room: width - Self.signWidth)
    }

    private static func columns(_ kinds: [Row.Column], _ rows: [Row], _ look: Look, room: Int) -> [Column] {
        var room = room
        var columns: [Column] = []
        /// Of columns that are narrower than their texts.
        var wholeWidths: [Row.Column: Int] = [:]
        for kind in kinds.sorted(by: { $0.priority < $1.priority }) {
            let width: Int
            switch kind.width {
            case .fixed(let fixed): width = fixed
            case .symbolOr(let full): width = room >= 60 ? full : 1
            case .fitting(let share):
                let whole = fittingWidth(kind, rows, look)
                width = min(whole, share == 100 ? .max : max(8, room * share / 100))
                if width < whole { wholeWidths[kind] = whole }
            case .rest(let least):
                guard least <= room else { continue }
                width = least
            }
            guard width <= room else {
                // One column always stays, even if cut.
                if kind.priority == 1, room > 0 {
                    columns.append(Column(kind: kind, width: room))
                    room = -gap
                }
                break
            }
            columns.append(Column(kind: kind, width: width))
            room -= width + gap
        }
        if room + gap > 0, let rest = columns.firstIndex(where: { if case .rest = $0.kind.width { true } else { false } }) {
            columns[rest].width += max(0, room + (columns.count > 0 ? gap : 0))
        } else {
            // Room that is too small for another column.
            var left = max(0, room + gap)
            for index in columns.indices {
                let more = min(left, (wholeWidths[columns[index].kind] ?? 0) - columns[index].width)
                guard more > 0 else { continue }
                columns[index].width += more
                left -= more
            }
        }
        let order = Row.Column.allCases
        return columns.sorted { order.firstIndex(of: $0.kind)! < order.firstIndex(of: $1.kind)! }
    }

    /// As wide as the texts, rounded up, so that columns seldom move while the user scrolls.
    private static func fittingWidth(_ kind: Row.Column, _ rows: [Row], _ look: Look) -> Int {
        let text = rows.map { look.capabilities.showable(kind.text($0, look)).columns }.max() ?? 0
        return max((text + 3) / 4 * 4, kind.title.columns + 1)
    }

    var header: Line {
        var line = Line(width: width)
        line.add("  ", .title)
        for column in columns {
            let mark = column.kind == list.order.column ? look.capabilities.sortMark(isDescending: list.order.isDescending) : ""
            let title = column.width == 1 ? " " : column.kind.title + mark
            line.add(column.kind.isRightAligned ? title.padding(before: column.width) : title, .title, width: column.width)
            line.add("  ", .title)
        }
        line.fill(.title)
        return line
    }

    var lines: [Line] { rows.map(line) }

    private func line(_ row: Row) -> Line {
        let isSelected = row.id == list.cursor.id
        let isMarked = list.marks.contains(row.id)
        var base = isSelected ? TextStyle.selection : .plain
        base.isDim = isStale || row.isGone
        base.isBold = !base.isDim && (isMarked || look.now.seconds - row.changedAt < RegistryModel.highlightTime)
        var line = Line(width: width)
        line.add(isSelected ? ">" : " ", base)
        line.add(isMarked ? "*" : " ", base)
        for column in columns {
            var style = base
            if !isStale, !isSelected, let own = column.kind.style(row) {
                style.color = own.color
                style.isBold = style.isBold || own.isBold
                style.isDim = style.isDim || own.isDim
            }
            let symbol = column.width == 1 ? column.kind.symbol(row, look) : nil
            let text = look.capabilities.showable(symbol ?? column.kind.text(row, look))
            if column.kind.isRightAligned {
                line.add(text.padding(before: column.width), style, width: column.width, ellipsis: look.capabilities.ellipsis)
            } else if column.kind.isCutInMiddle {
                line.add(text.cutInMiddle(to: column.width, ellipsis: look.capabilities.ellipsis), style, width: column.width)
            } else {
                line.add(text, style, width: column.width, ellipsis: look.capabilities.ellipsis)
            }
            line.add("  ", base)
        }
        line.fill(base)
        return line
    }
}
