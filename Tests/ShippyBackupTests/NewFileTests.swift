import Foundation
import ShippyBackup
import ShippyCore
import TestSupport
import Testing

@Suite struct NewFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()) ?? [] }

    private func content(_ name: String) -> String? { try? String(contentsOfFile: directory(name), encoding: .utf8) }

    private func write(_ text: String, to file: NewFile) throws {
        try Array(text.utf8).withUnsafeBytes(file.write)
    }

    @Test(arguments: [true, false])
    func itAppearsWhenItIsComplete(isNameless: Bool) throws {
        let file = try NewFile(directory("a"), replaces: false, mayBeNameless: isNameless)
        try write("one ", to: file)
        #expect(names == (isNameless ? [] : ["a.partial"]))
        try write("two", to: file)
        try file.finish()
        #expect(names == ["a"])
        #expect(content("a") == "one two")
        let mode = try FileManager.default.attributesOfItem(atPath: directory("a"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test(arguments: [true, false])
    func nothingIsLeftOfAnIncompleteOne(isNameless: Bool) throws {
        do {
            let file = try NewFile(directory("a"), replaces: false, mayBeNameless: isNameless)
            try write("one", to: file)
        }
        #expect(names == [])
    }

    /// A nightly job goes on by itself.
    @Test func whatADeadProcessLeftIsTakenOverAndALivingOneIsNotDisturbed() throws {
        try "left over, and longer".write(toFile: directory("a.partial"), atomically: false, encoding: .utf8)
        let file = try NewFile(directory("a"), replaces: false, mayBeNameless: false)
        #expect(throws: ShippyError.self) { try NewFile(directory("a"), replaces: false, mayBeNameless: false) }
        try write("new", to: file)
        try file.finish()
        #expect(content("a") == "new")
        #expect(names == ["a"])
    }

    @Test(arguments: [true, false])
    func anExistingFileIsReplacedAtTheEnd(isNameless: Bool) throws {
        try "old".write(toFile: directory("a"), atomically: false, encoding: .utf8)
        #expect(throws: ShippyError.self) { try NewFile(directory("a"), replaces: false, mayBeNameless: isNameless) }
        let file = try NewFile(directory("a"), replaces: true, mayBeNameless: isNameless)
        try write("new", to: file)
        #expect(content("a") == "old")
        try file.finish()
        #expect(content("a") == "new")
        #expect(names == ["a"])
    }

    @Test(arguments: [true, false])
    func aFileThatCameMeanwhileStays(isNameless: Bool) throws {
        do {
            let file = try NewFile(directory("a"), replaces: false, mayBeNameless: isNameless)
            try write("new", to: file)
            try "other".write(toFile: directory("a"), atomically: false, encoding: .utf8)
            #expect { try file.finish() } throws: { ($0 as? ShippyError)?.code == .conflict }
        }
        #expect(content("a") == "other")
        #expect(names == ["a"])
    }

    @Test(arguments: ["/a", "a", "./a", "/tmp"])
    func anyPathHasADirectory(path: String) throws {
        // Whether there can be such a file is another question.
        do { try NewFile.check(path, replaces: false) } catch is ShippyError {}
    }

    /// A rename would replace a device or the end of a link.
    @Test func onlyARegularFileIsReplaced() throws {
        try FileManager.default.createDirectory(atPath: directory("d"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: directory("l"), withDestinationPath: "/dev/null")
        #expect(mkfifo(directory("p"), 0o600) == 0)
        for name in ["d", "l", "p"] {
            #expect { try NewFile(directory(name), replaces: true) } throws: { ($0 as? ShippyError)?.code == .conflict }
        }
        #expect(throws: ShippyError.self) { try NewFile(directory("none/a"), replaces: false) }
        #expect(names == ["d", "l", "p"])
    }
}
