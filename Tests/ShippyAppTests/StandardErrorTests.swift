import Foundation
import Logging
import ShippyConfiguration
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

/// A reader that stalls: a pipe that nobody reads until the test does.
@Suite struct StandardErrorTests {
    private let pipe = Pipe()
    private var descriptor: Int32 { pipe.fileHandleForWriting.fileDescriptor }

    /// Fills the pipe, so that the next write waits for the reader.
    private func stall() {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let filler = [UInt8](repeating: 10, count: 4096)
        while Foundation.write(descriptor, filler, filler.count) > 0 {}
        while Foundation.write(descriptor, filler, 1) > 0 {}
        _ = fcntl(descriptor, F_SETFL, 0)
    }

    /// Reads until `end` is in what was read, and gives all of it but the filler.
    private func read(until end: String) async throws -> String {
        let reading = pipe.fileHandleForReading.fileDescriptor
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        let text = Mutex("")
        return try await eventually("the reader gets \(end)", within: .seconds(20)) {
            var block = [UInt8](repeating: 0, count: 65536)
            let count = Foundation.read(reading, &block, block.count)
            return text.withLock { text in
                if count > 0 { text += String(decoding: block[..<count], as: UTF8.self) }
                return text.contains(end) ? String(text.drop { $0 == "\n" }) : nil
            }
        }
    }

    @Test func linesPastTheLimitAreDroppedAndCounted() async throws {
        stall()
        let output = StandardError(descriptor: descriptor, limit: 10_000)
        output.describeDropped { [UInt8]("dropped \($0)\n".utf8) }
        let start = ContinuousClock.now
        let lines = 5000
        for number in 0..<lines { output.append([UInt8]("\(number) ".utf8) + [UInt8](repeating: 120, count: 95) + [10]) }
        #expect(start.duration(to: .now) < .seconds(60), "whoever logs waits for the reader")
        #expect(!output.flush(within: .milliseconds(50)), "nobody has read it")

        var text = try await read(until: "dropped ")
        output.append([UInt8]("last\n".utf8))
        text += try await read(until: "last\n")
        let written = text.split(separator: "\n").compactMap { $0.contains(" x") ? Int($0.prefix { $0 != " " }) : nil }
        let dropped = text.split(separator: "\n").compactMap { $0.hasPrefix("dropped ") ? Int($0.dropFirst(8)) : nil }
        #expect(!written.isEmpty)
        #expect(written == written.sorted())
        #expect(!dropped.isEmpty)
        #expect(written.count + dropped.reduce(0, +) == lines, "every line is written or counted")
    }

    @Test func aFlushWritesAtOnce() async throws {
        let output = StandardError(descriptor: descriptor)
        output.append([UInt8]("fatal\n".utf8))
        #expect(output.flush(within: .seconds(20)))
        #expect(try await read(until: "\n") == "fatal\n")
        #expect(output.flush(within: .zero))
    }

    /// What must not get lost waits instead.
    @Test func whatIsToldIsNeverDropped() async throws {
        stall()
        let output = StandardError(descriptor: descriptor, limit: 1000)
        let block = [UInt8](repeating: 120, count: 200_000)
        let isDone = Mutex(false)
        let task = Task {
            await output.write(block)
            isDone.withLock { $0 = true }
            await output.write([UInt8]("end\n".utf8))
        }
        try await eventually("it waits") { !output.flush(within: .milliseconds(5)) }
        #expect(!isDone.withLock { $0 })
        #expect(try await read(until: "end\n").utf8.count == block.count + 4)
        await task.value
    }

    @Test func aClosedReaderIsNoFault() async throws {
        signal(SIGPIPE, SIG_IGN)
        let output = StandardError(descriptor: descriptor)
        try pipe.fileHandleForReading.close()
        await output.write([UInt8]("x\n".utf8))
        #expect(output.flush(within: .seconds(20)))
    }
}

@Suite struct LogLineTests {
    private let line = LogLine(level: .info, message: "a\u{1b}[2J\nb", metadata: ["k\u{9b}\n": "v\u{202e}\r\nforged", "empty": "", "space": "a b"])

    @Test func textIsOneLineThatATerminalOnlyShows() {
        let text = String(decoding: line.bytes(.text), as: UTF8.self)
        #expect(text.unicodeScalars.dropLast().allSatisfy { !$0.isUnsafeToShow })
        #expect(text.hasSuffix(#" info    a\u001b[2J\u000ab  empty=""  k\u009b\u000a=v\u202e\u000d\u000aforged  space="a b""# + "\n"))
    }

    @Test func jsonIsOneLineToo() throws {
        let bytes = line.bytes(.json)
        #expect(String(decoding: bytes, as: UTF8.self).unicodeScalars.dropLast().allSatisfy { !$0.isUnsafeToShow })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String])
        #expect(object["message"] == "a\u{1b}[2J\nb")
        #expect(object["k\u{9b}\n"] == "v\u{202e}\r\nforged")
    }

    @Test func droppedLinesAreCounted() {
        #expect(
            String(decoding: LogLine(dropped: 7).bytes(.text), as: UTF8.self).contains(
                "warning log lines dropped because standard error was not being read  count=7"))
    }
}

@Suite struct WatchLineTests {
    /// Names of foreign instances are whatever their owners wrote.
    @Test func namesAreEscaped() {
        let key = Instance.Key(service: "s\u{1b}[2J", id: "i\u{9b}")
        let instance = Instance(service: key.service, id: key.id, address: "a:1", protocol: "p\n", version: "v\u{202e}", ttl: 1)
        for change in [RegistryChange.put(instance), .delete(key, reason: .expired)] {
            let line = WatchLine(update: .change(change, revision: 1))
            #expect(line.text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow })
            #expect(line.text.contains("s\\u001b[2J  i\\u009b"))
            var json = JSONWriter()
            json.value(line)
            #expect(json.text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow })
        }
    }
}
