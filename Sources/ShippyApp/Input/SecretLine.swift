import ShippyCore

/// A secret that is the first line of an input, and never an argument.
struct SecretLine {
    /// The name of the input in errors: `--password-stdin`.
    let source: String

    private static let limit = 64 * 1024

    /// Reads it from a file, or from a pipe when its writer has written it.
    /// - Throws: ``ShippyError`` `.usage` if there is none.
    func read(_ path: String) async throws -> String {
        let input: InterruptibleInput
        do {
            input = try InterruptibleInput(path: path)
        } catch let error as ShippyError {
            throw unreadable(error.message)
        }
        return try await read(input)
    }

    /// - Throws: as above.
    func read(_ input: InterruptibleInput) async throws -> String {
        var bytes: [UInt8]
        do {
            bytes = try await input.read(upTo: Self.limit, through: 10)
        } catch let error as ShippyError {
            throw unreadable(error.message)
        }
        guard !bytes.isEmpty else { throw unreadable("it is empty") }
        if bytes.last == 10 { bytes.removeLast() }
        if bytes.last == 13 { bytes.removeLast() }
        guard let line = String(validating: bytes, as: UTF8.self) else { throw unreadable("it is not valid UTF-8") }
        return line
    }

    private func unreadable(_ reason: String) -> ShippyError { ShippyError(.usage, "cannot read \(source): \(reason)") }
}
