import ShippyCore

/// The source of a password, which is never an argument.
struct PasswordSource: Sendable {
    var stdin: Bool
    var file: String?
    var prompt: Bool

    /// The password, which is the first line; nil if no option asks for one.
    /// - Parameter isNew: whether a prompt asks for it twice, because a typing error would otherwise be stored.
    /// - Throws: ``ShippyError`` `.usage` for a missing or unreadable password, or a prompt without a terminal.
    func read(isNew: Bool) async throws -> String? {
        if prompt { return try await ask(isNew: isNew) }
        if stdin { return try await SecretLine(source: "--password-stdin").read(InterruptibleInput()) }
        guard let path = file else { return nil }
        return try await SecretLine(source: "--password-file \(path.quoted())").read(path)
    }

    private func ask(isNew: Bool) async throws -> String {
        let advice = "use --password-stdin or --password-file"
        let password = try await TerminalQuestion(text: "Password: ", echoes: false, advice: advice).ask()
        if isNew {
            guard try await TerminalQuestion(text: "Repeat password: ", echoes: false, advice: advice).ask() == password else {
                throw ShippyError(.invalid, "the passwords do not match: nothing was changed")
            }
        }
        return password
    }
}
