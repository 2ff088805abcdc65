import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct CSVLinesTests {
    /// Whatever a list shows.
    private struct Value: JSONWritable {
        var text: String
        var hasNumber = true

        func write(to json: inout JSONWriter) {
            json.object {
                $0.field("text", text)
                if hasNumber { $0.field("number", -5) }
                $0.field("nothing", nil as String?)
                $0.field("parts") { $0.field("a", "x,}\"") }
                $0.field("truth", true)
            }
        }
    }

    private func lines(_ values: [Value], isForTerminal: Bool = false) throws -> String {
        var csv = CSVLines(isForTerminal: isForTerminal)
        return try csv.lines(values)
    }

    @Test func eachMemberHasAColumn() throws {
        let rest = "-5,,\"{\"\"a\"\":\"\"x,}\\\"\"\"\"}\",true\r\n"
        #expect(try lines([Value(text: "a\"b,c\nd")]) == "text,number,nothing,parts,truth\r\n\"a\"\"b,c\nd\",\(rest)")
        #expect(try lines([Value(text: "=1+1")]).hasSuffix("\r\n'=1+1,\(rest)"))
    }

    @Test func theHeaderStandsOnceAndHasEveryColumnOfTheFirstPage() throws {
        var csv = CSVLines(isForTerminal: false)
        #expect(try csv.lines([Value]()) == "")
        #expect(try csv.lines([Value(text: "a", hasNumber: false)]).hasPrefix("text,nothing,parts,truth\r\na,,"))
        let error = #expect(throws: ShippyError.self) { try csv.lines([Value(text: "b")]) }
        #expect(error?.message == "CSV has no column for number: use -o jsonl")
        #expect(try csv.lines([Value(text: "c", hasNumber: false)]).hasPrefix("c,,"))
        var empty = CSVLines(columns: ["id", "name"], isForTerminal: false)
        #expect(try empty.lines([Value]()) == "id,name\r\n")
    }

    /// An export into a file is what an import reads; one on a terminal is looked at.
    @Test func onATerminalNothingActs() throws {
        let value = Value(text: "\u{1b}[2J\u{9b}\u{202e}\u{200b}x")
        #expect(try lines([value]).contains("\u{1b}[2J\u{9b}\u{202e}\u{200b}x"))
        let shown = try lines([value], isForTerminal: true)
        #expect(shown.contains(#"\u001b[2J\u009b\u202e\u200bx"#))
        #expect(shown.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\r" || $0 == "\n" })
    }
}
