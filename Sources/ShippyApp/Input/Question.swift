import ShippyCore

/// A question before something is destroyed. It says where.
struct Question: Hashable, Sendable {
    enum Target: Hashable, Sendable {
        case context(String, isProtected: Bool)
        /// An engine's place, or an address.
        case place(String)

        var contextName: String? {
            if case .context(let name, _) = self { name } else { nil }
        }

        var isProtected: Bool {
            if case .context(_, let isProtected) = self { isProtected } else { false }
        }
    }

    /// More than anyone answers.
    private static let limit = 1024

    let target: Target

    /// Asks on the terminal, and waits for the answer.
    ///
    /// - Parameters:
    ///   - action: what would be done, such as `Delete user ada@example.com`.
    ///   - refusal: what has not been done then, such as `no user was deleted`.
    /// - Throws: ``ShippyError`` `.failed` with `refusal` unless the answer is yes; `CancellationError` after a signal.
    func ask(_ action: String, otherwise refusal: String) async throws {
        Console.write(text(action))
        let answer = try await InterruptibleInput().read(upTo: Self.limit, through: 10)
        guard accepts(String(decoding: answer, as: UTF8.self)) else { throw ShippyError(.failed, refusal) }
    }

    func text(_ action: String) -> String {
        let action = action.visiblyEscaped(limit: 300)
        return switch target {
        case .context(let name, isProtected: true): "\(action) in the protected context \(name)?\nType \(name) to confirm: "
        case .context(let name, isProtected: false): "\(action) in context \(name)? [y/N] "
        case .place(let place): "\(action) in \(place.visiblyEscaped(limit: 300))? [y/N] "
        }
    }

    func accepts(_ answer: String) -> Bool {
        // A typed line ends with a line feed: one that does not is the end of the input.
        guard answer.utf8.last == 10 else { return false }
        let word = answer.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if case .context(let name, isProtected: true) = target { return word == name }
        return ["y", "yes"].contains(word.lowercased())
    }
}
