import ShippyCore

/// The output of `up` and `serve` once all ports are open and all instances are registered.
struct Announcement: JSONWritable, Sendable {
    var home: String
    var endpoints: [OpenEndpoint]
    /// `server`, or `mutual` if clients need a certificate; nil without TLS.
    var tls: String?

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("event", "ready")
            $0.field("home", home)
            $0.field("services", endpoints) { json, open in
                json.field("name", open.endpoint.name)
                json.field("protocol", open.endpoint.protocol)
                json.field("address", open.address.description)
                if let tls { json.field("tls", tls) }
            }
        }
    }

    /// - Parameters:
    ///   - mailer: where mails go; nil if this process sends none.
    ///   - access: who may call, in one line.
    ///   - request: the suggested request; nil if this process does not answer it.
    ///   - command: used for the suggested commands.
    func banner(style: Style, mailer: String?, access: String, request: TutorialRequest?, command: OwnCommand) -> String {
        let rows = endpoints.map { open in
            "  \(open.endpoint.name.padding(to: 12)) \(open.endpoint.protocol.padding(to: 5)) \(style.bold(open.address.description))"
        }
        var lines = ["\(style.green("shippy is ready"))  (data in \(home.visiblyEscaped(limit: 200)))", ""] + rows
        if let tls { lines.append("  encrypted with TLS\(tls == "mutual" ? "; clients need a certificate" : "")") }
        if let mailer { lines.append("  mails go to  \(mailer)") }
        lines.append("  \(access)")
        if let request {
            let condition = command.variables.isEmpty ? "" : " with the same \(command.variables.joined(separator: " and "))"
            lines += [
                "", "Try in another terminal\(condition):",
                "  \(request.line)",
                "  \(command.line("user create ada@example.com --name \"Ada Lovelace\""))",
                "  \(command.line("events tail --all"))",
                "  \(command.line("status"))",
            ]
        }
        return (lines + ["", "Press Ctrl-C to stop."]).joined(separator: "\n")
    }
}
