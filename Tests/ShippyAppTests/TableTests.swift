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
}
