import ArgumentParser
import Foundation
import ShippyCore

struct EventsPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish an event, with its body from standard input.",
        discussion: "Prints the event's sequence and id when it is on disk. An event under an id that is there already is not published again.")

    @Argument(help: "The subject, such as user.created.", completion: .custom(Completion.subjects))
    var subject: String

    @Option(help: ArgumentHelp("A header. May be repeated.", valueName: "name=value"))
    var header: [String] = []

    @Option(help: ArgumentHelp("The event's id. (default: a new one)", valueName: "id"))
    var id: String?

    @OptionGroup var global: GlobalOptions

    private static let bodyLimit = 1 << 20

    func run() async throws {
        let context = try await CommandContext.load(global)
        let subject = try Subject(subject)
        let id = try checkedID(context.settings.string("id", id)) ?? UUIDv7.next()
        var headers = EventHeaders([(HeaderName.messageID, id)])
        for text in header {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex,
                text[..<equals].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3a })
            else {
                throw ShippyError(.usage, "--header \(text.quoted(limit: 80)) cannot be read: write NAME=VALUE")
            }
            headers.append(String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
        let body = try FileHandle.standardInput.read(upToCount: Self.bodyLimit + 1) ?? Data()
        guard body.count <= Self.bodyLimit else { throw ShippyError(.tooLarge, "the body is larger than \(Self.bodyLimit) bytes") }
        let bus = try Engines.openBus(context.settings, context.options)
        let receipt = try await bus.publish([
            OutgoingEvent(id: id, subject: subject, time: .now, headers: headers, payload: [UInt8](body))
        ])[0].get()
        await bus.close()
        let published = Published(receipt: receipt, id: id, subject: subject)
        try await context.rendering.value(published, fields: published.fields)
    }

    private func checkedID(_ id: String?) throws -> String? {
        guard let id else { return nil }
        guard (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw ShippyError(.usage, "--id \(id.quoted(limit: 80)) must be 1 to 128 printable ASCII characters without spaces")
        }
        return id
    }
}

private struct Published: JSONWritable {
    var receipt: PublishReceipt
    var id: String
    var subject: Subject

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("seq", receipt.sequence)
            $0.field("id", id)
            $0.field("subject", subject.description)
            $0.field("duplicate", receipt.isDuplicate)
        }
    }

    var fields: [(String, String)] {
        [("seq", "\(receipt.sequence)\(receipt.isDuplicate ? " (was there already)" : "")"), ("id", id), ("subject", subject.description)]
    }
}
