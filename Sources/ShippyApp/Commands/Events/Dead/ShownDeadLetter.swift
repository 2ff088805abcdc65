import ShippyCore
import ShippyEvents

/// A dead letter as data and for people.
struct ShownDeadLetter: JSONWritable {
    let letter: DeadLetter
    /// Whether JSON has the event's headers and data, too.
    var isWhole = false

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("seq", letter.sequence)
            json.field("time", letter.event.time)
            json.field("group", letter.group)
            json.field("reason", shownReason)
            json.field("subject", letter.originalSubject?.description)
            json.field("event_seq", letter.originalSequence)
            json.field("event_id", letter.originalID)
            guard isWhole else { return }
            EventRenderer.appendHeaders(EventHeaders(letter.originalHeaders), to: &json)
            EventRenderer.appendData(DecodedPayload(letter.event), to: &json)
        }
    }

    private var shownReason: String { Secrets.hidden(in: letter.reason) }

    /// `label: value` lines with everything.
    var fields: [(String, String)] {
        let headers = letter.originalHeaders.map { ("header \($0.name)", EventRenderer.shown($0.name, $0.value)) }
        return [
            ("seq", "\(letter.sequence)"), ("time", letter.event.time.description), ("group", letter.group), ("reason", shownReason),
            ("subject", letter.originalSubject?.description ?? "-"), ("event seq", letter.originalSequence.map(String.init) ?? "-"),
            ("event id", letter.originalID),
        ] + headers + [("data", EventRenderer.dataText(DecodedPayload(letter.event)))]
    }

    // MARK: The table

    private static let width = 80

    /// The group, the subject and the reason are cut so that a line fits into 80 columns.
    static func fill(_ table: Table.Builder, _ letters: [DeadLetter]) {
        let names = ["SEQ", "AT", "GROUP", "SUBJECT", "REASON"]
        table.header(names)
        var columns = [
            letters.map { "\($0.sequence)" }, letters.map { "\($0.event.time.description.prefix(19))Z" },
            letters.map { $0.group.visiblyEscaped().cutInMiddle(to: 16, ellipsis: "…") },
        ]
        /// What the columns so far leave of a line.
        func rest() -> Int {
            zip(columns, names).reduce(width) { rest, column in
                rest - 2 - column.0.reduce(column.1.columns) { max($0, $1.columns) }
            }
        }
        // Half of the rest is for the reason.
        let subjectWidth = min(24, rest() / 2 - 1)
        columns.append(
            letters.map { letter in
                (letter.originalSubject?.description ?? "-").visiblyEscaped().cutInMiddle(to: subjectWidth, ellipsis: "…")
            })
        let reasonWidth = rest()
        for (place, letter) in letters.enumerated() {
            let reason = ShownDeadLetter(letter: letter).shownReason.visiblyEscaped()
            table.row(columns.map { $0[place] } + [reason.cut(to: reasonWidth, ellipsis: "…")])
        }
    }
}
