import ArgumentParser
import ShippyCore

/// The mails that a command changes: those with these IDs, or all in one state.
struct MailSelection: ParsableArguments {
    @Argument(help: "The mails' IDs, or their beginnings.", completion: .custom(Completion.mails))
    var id: [String] = []

    @Option(help: "Instead of IDs: all mails in this state.")
    var state: Mail.State?

    @Option(help: ArgumentHelp("Of these, only mails to addresses that contain this.", valueName: "text"))
    var to: String?

    func validate() throws {
        guard id.isEmpty != (state == nil) else { throw ValidationError("Give either IDs of mails or --state.") }
        guard to == nil || state != nil else { throw ValidationError("--to needs --state, such as --state dead.") }
        guard state != .sent, state != .sending else { throw ValidationError("--state takes queued, dead or cancelled.") }
    }

    /// Nil for mails with IDs. Mails queued from now on are not meant.
    func filter() -> MailFilter? { state.map { MailFilter(state: $0, to: to, until: .now) } }

    /// `12 dead mails to "@example.com"`
    func described(_ count: Int) -> String {
        "\(count) \(state.map { "\($0.rawValue) " } ?? "")mail\(count == 1 ? "" : "s")" + (to.map { " to \($0.quoted(limit: 80))" } ?? "")
    }
}
