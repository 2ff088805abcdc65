import ArgumentParser

/// The options of commands that take a password.
struct PasswordOptions: ParsableArguments {
    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false

    @Option(help: ArgumentHelp("Read the password from the first line of a file.", valueName: "file"), completion: .file())
    var passwordFile: String?

    @Flag(help: "Prompt for the password on the terminal, without echo.")
    var passwordPrompt = false

    func validate() throws {
        guard [passwordStdin, passwordFile != nil, passwordPrompt].count(where: { $0 }) <= 1 else {
            throw ValidationError("Use only one of --password-stdin, --password-file and --password-prompt.")
        }
    }

    /// The password; nil if no option asks for one.
    /// - Throws: see ``PasswordSource/read(isNew:)``.
    func read(isNew: Bool) async throws -> String? { try await source(prompts: passwordPrompt).read(isNew: isNew) }

    /// The password, by default from a prompt.
    /// - Throws: as above.
    func require(isNew: Bool) async throws -> String {
        try await source(prompts: !passwordStdin && passwordFile == nil).read(isNew: isNew) ?? ""
    }

    private func source(prompts: Bool) -> PasswordSource {
        PasswordSource(stdin: passwordStdin, file: passwordFile, prompt: prompts)
    }
}
