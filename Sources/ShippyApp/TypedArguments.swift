import ShippyCore

/// The arguments of this process as typed. They may contain any bytes.
enum TypedArguments {
    /// Requires that all arguments are UTF-8. Swift replaces invalid bytes by U+FFFD, and a name would be stored like that.
    ///
    /// - Throws: ``ShippyError`` `.usage` that shows the first invalid argument.
    static func requireUTF8() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            try requireUTF8(UnsafeRawBufferPointer(start: argument, count: length(argument)).map { $0 })
        }
    }

    static func requireUTF8(_ bytes: [UInt8]) throws {
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        throw ShippyError(.usage, "argument \(shown(bytes)) is not valid UTF-8")
    }

    private static func length(_ text: UnsafeMutablePointer<CChar>) -> Int {
        var count = 0
        while text[count] != 0 { count += 1 }
        return count
    }

    /// Keeps printable ASCII, and shows every other byte as `\xff`. Shows at most 80 bytes.
    private static func shown(_ bytes: [UInt8]) -> String {
        let text = bytes.prefix(80).map { byte in
            if byte >= 0x20, byte < 0x7f { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16)
            return "\\x" + (digits.count == 1 ? "0" : "") + digits
        }
        return "\"\(text.joined())\(bytes.count > 80 ? "…" : "")\""
    }

    /// Makes a message from ArgumentParser safe to show. ArgumentParser quotes arguments without escaping them, and always
    /// proposes the nearest option. This escapes the arguments, and removes a proposal that is not similar.
    static func showable(_ message: String, arguments: [String] = CommandLine.arguments) -> String {
        var message = message
        for argument in arguments {
            // ArgumentParser may quote the value of `--option=value` alone.
            for part in [argument, argument.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""] {
                let escaped = part.visiblyEscaped()
                if escaped != part, part.contains(where: { !$0.isNewline }) { message = message.replacing(part, with: escaped) }
            }
        }
        return message.split(separator: "\n", omittingEmptySubsequences: false).map { withLikelyProposal(String($0).visiblyEscaped()) }
            .joined(separator: "\n")
    }

    private static func withLikelyProposal(_ line: String) -> String {
        guard let match = line.firstMatch(of: #/^(.*Unknown option '-*([^']*)')\. Did you mean '-*([^']*)'\?$/#) else { return line }
        let (given, proposed) = (String(match.2), String(match.3))
        return NearestName.of(given, among: [proposed]) == nil ? "\(match.1)." : line
    }
}
