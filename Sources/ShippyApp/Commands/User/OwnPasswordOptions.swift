import ArgumentParser
import ShippyAccess
import ShippyCore

/// How somebody who has logged in gives their present password, for changes of their own account that want it.
struct OwnPasswordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Read your own present password from the first line of a file, instead of a prompt.", valueName: "file"),
        completion: .file())
    var oldPasswordFile: String?

    /// - Returns: nil if the user is not the one who has logged in.
    func password(of userID: String, _ credentials: CommandCredentials) async throws -> String? {
        guard let credential = try await credentials.current(), TokenClaims(credential.token)?.subject == userID else { return nil }
        if let path = oldPasswordFile { return try await SecretLine(source: "--old-password-file \(path.quoted())").read(path) }
        return try await TerminalQuestion(text: "Present password: ", echoes: false, advice: "use --old-password-file").ask()
    }
}
