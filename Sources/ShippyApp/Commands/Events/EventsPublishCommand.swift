import ArgumentParser
import Glibc
import ShippyConfiguration
import ShippyCore

struct EventsPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish an event.",
        discussion: """
            The event's body is the second argument or, without one, what comes on standard input.

            Prints the event's sequence number and ID once the bus has stored it. If the bus already has an event with this \
            ID, nothing is published and the sequence number of the existing event is printed.

            A warning on standard error tells if no consumer will be able to read the event: because no consumer group takes its \
            subject and event-subjects does not have it, or because the notificators cannot make a mail of it.

            Examples:
              shippy events publish demo.text hello
              shippy events publish user.created < user.json
              echo hello | shippy events publish demo.text --header source=shell
            """)

    @Argument(help: "The subject, such as user.created.", completion: .custom(Completion.subjects))
    var subject: String

    @Argument(help: "The event's body. (default: standard input)")
    var body: String?

    @Option(help: ArgumentHelp("Add a header; repeatable.", valueName: "name=value"))
    var header: [String] = []

    @Option(help: ArgumentHelp("Use this event ID. (default: a new UUID)", valueName: "id"))
    var id: String?

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    private static let bodyLimit = 1 << 20

    func run() async throws {
        let context = try CommandContext.load(common)
        let subject = try Subject(subject)
        let id = try checkedID(id) ?? UUIDv7.next()
        var headers = EventHeaders([(HeaderName.natsMessageID, id)])
        for text in header {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex,
                text[..<equals].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3a })
            else {
                throw ShippyError(.usage, "cannot parse --header \(text.quoted(limit: 80)): use NAME=VALUE")
            }
            headers.append(String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
        if let trace = Trace.current, headers[HeaderName.trace] == nil { headers.append(HeaderName.trace, trace.description) }
        let body = if let body { [UInt8](body.utf8) } else { try await readBody() }
        guard body.count <= Self.bodyLimit else { throw ShippyError(.tooLarge, "the event body is larger than \(Self.bodyLimit) bytes") }
        let event = OutgoingEvent(id: id, subject: subject, time: .now, headers: headers, payload: body)
        let (receipt, warning) = try await context.withBus { bus in
            let receipt = try await bus.publish([event])[0].get()
            // The event is published, whatever becomes of the question who reads it.
            let groups = (try? await bus.status().consumers) ?? []
            return (receipt, UnreadableEvent.warning(event, groups: groups, kept: context.configuration.eventSubjects))
        }
        if let warning { Console.say("shippy: warning: \(warning)") }
        let published = Published(receipt: receipt, id: id, subject: subject)
        try await context.rendering.value(published, fields: published.fields)
    }

    private func readBody() async throws -> [UInt8] {
        if isatty(STDIN_FILENO) == 1 { Console.say("shippy: type the event's body; Ctrl-D at the beginning of a line ends it") }
        do {
            return try await InterruptibleInput().read(upTo: Self.bodyLimit + 1)
        } catch let error as ShippyError {
            throw ShippyError(.failed, "cannot read the event body from standard input: \(error.message)")
        }
    }

    private func checkedID(_ id: String?) throws -> String? {
        guard let id else { return nil }
        guard (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw ShippyError(
                .usage, "cannot use --id \(id.quoted(limit: 80)): use 1 to 128 printable ASCII characters without spaces")
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
        [("seq", "\(receipt.sequence)\(receipt.isDuplicate ? " (already published)" : "")"), ("id", id), ("subject", subject.description)]
    }
}
