import ShippyCore

/// The output of `up` and `serve` once all ports are open and all instances are registered.
struct Announcement: JSONWritable, Sendable {
    var home: String
    var endpoints: [OpenEndpoint]
    /// `server`, or `mutual` if clients need a certificate; nil without TLS.
    var tls: String?
    /// The file with the certificate of the authority that clients trust, if known.
    var authority: String?

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
    ///   - command: used for the suggested commands.
    ///   - completesNames: whether an address needs no domain.
    func banner(style: Style, mailer: String?, command: OwnCommand, completesNames: Bool = true) -> String {
        let rows = endpoints.map { open in
            "  \(open.endpoint.name.padding(to: 12)) \(open.endpoint.protocol.padding(to: 5)) \(style.bold(open.address.description))"
        }
        var lines = ["\(style.green("shippy is ready"))  (data in \(home.visiblyEscaped(limit: 200)))", ""] + rows
        if let tls { lines.append("  encrypted with TLS\(tls == "mutual" ? "; clients need a certificate" : "")") }
        if let mailer { lines.append("  mails go to  \(mailer)") }
        if let http = endpoints.first(where: { $0.endpoint == .usersHTTP }) {
            let condition = command.variables.isEmpty ? "" : " with the same \(command.variables.joined(separator: " and "))"
            let trust = tls == nil ? nil : authority.map { " --cacert \(OwnCommand.shellQuoted($0.absolutePath))" }
            let url = "http\(tls == nil ? "" : "s")://\(http.address)/create"
            let create = "curl\(trust ?? "") -XPOST \(url) -d '{\"email\": \"\(completesNames ? "test" : "test@example.com")\"}'"
            lines += [
                "", "Try in another terminal\(condition):",
                "  \(create)",
                "  \(command.line("user create ada@example.com --name \"Ada Lovelace\""))",
                "  \(command.line("events tail --all"))",
                "  \(command.line("status"))",
            ]
        }
        return (lines + ["", "Press Ctrl-C to stop."]).joined(separator: "\n")
    }
}
