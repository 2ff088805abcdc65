import ShippyCore

/// The output of `up` and `serve` once all ports are open and all instances are registered.
struct Announcement: JSONWritable, Sendable {
    var home: String
    var endpoints: [OpenEndpoint]

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("event", "ready")
            $0.field("home", home)
            $0.field("services", endpoints) { json, open in
                json.field("name", open.endpoint.name)
                json.field("protocol", open.endpoint.protocol)
                json.field("address", open.address.description)
            }
        }
    }

    /// - Parameters:
    ///   - mailer: where mails go; nil if this process sends none.
    ///   - command: used for the suggested commands.
    ///   - completesNames: whether an address needs no domain.
    func banner(style: Style, mailer: String?, command: OwnCommand, completesNames: Bool = true) -> String {
        let rows = endpoints.map { open in
            "  \(open.endpoint.name.padding(to: 12)) \(open.endpoint.protocol.padding(to: 5)) \(style.bold(open.address.description))"
        }
        var lines = ["\(style.green("shippy is ready"))  (data in \(home.visiblyEscaped(limit: 200)))", ""] + rows
        if let mailer { lines.append("  mails go to  \(mailer)") }
        if let http = endpoints.first(where: { $0.endpoint == .usersHTTP }) {
            let condition = command.variables.isEmpty ? "" : " with the same \(command.variables.joined(separator: " and "))"
            lines += [
                "", "Try in another terminal\(condition):",
                "  curl -XPOST http://\(http.address)/create -d '{\"email\": \"\(completesNames ? "test" : "test@example.com")\"}'",
                "  \(command.line("user create ada@example.com --name \"Ada Lovelace\""))",
                "  \(command.line("events tail --all"))",
                "  \(command.line("status"))",
            ]
        }
        return (lines + ["", "Press Ctrl-C to stop."]).joined(separator: "\n")
    }
}
