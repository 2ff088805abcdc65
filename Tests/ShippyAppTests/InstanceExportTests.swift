import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct InstanceExportTests {
    @Test func aPathThatCannotBeWrittenIsSaidPlainly() throws {
        let directory = try TemporaryDirectory()
        try InstanceExport.write([], to: directory("a.csv"))
        let again = #expect(throws: ShippyError.self) { try InstanceExport.write([], to: directory("a.csv")) }
        #expect(again?.message == "\(directory("a.csv")) already exists: choose another name")
        let missing = #expect(throws: ShippyError.self) { try InstanceExport.write([], to: directory("none/a.csv")) }
        #expect(missing?.message == "cannot write \(directory("none/a.csv")): No such file or directory")
        #expect(try String(contentsOfFile: directory("a.csv"), encoding: .utf8).hasPrefix("service,id,"))
    }
}
