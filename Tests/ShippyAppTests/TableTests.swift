import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct TableTests {
    @Test func alignsByColumnsAndEscapes() {
        let builder = Table.Builder()
        builder.header("NAME", "X")
        builder.row("漢字", "1")
        builder.row("a\u{1b}[2J", "2")
        #expect(
            builder.table.render(style: .plain)
                == "NAME       X\n漢字       1\na\\u001b[2J  2\n".replacing("NAME       X", with: "NAME        X").replacing(
                    "漢字       1", with: "漢字        1"))
    }

    @Test func cutsOnlyWhatMayBeCutAndTheWidestFirst() {
        let builder = Table.Builder()
        builder.header("ID", "NAME", "CLIENT")
        builder.mayCut("NAME", "CLIENT")
        builder.row("0123456789", "abcdef", "abcdefghijkl")
        func line(_ width: Int?) -> String { String(builder.table.render(style: .plain, width: width).split(separator: "\n")[1]) }
        #expect(line(nil) == "0123456789  abcdef  abcdefghijkl" && line(32) == line(nil) && line(200) == line(nil))
        #expect(line(31) == "0123456789  abcdef  abcdefghij…")
        #expect(line(25) == "0123456789  abcd…  abcde…")
        // No narrower than the header.
        #expect(line(10) == "0123456789  abc…  abcde…")
    }
}
