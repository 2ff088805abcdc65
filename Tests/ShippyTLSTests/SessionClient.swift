import Foundation
import ShippyCore
import ShippyTLS
import TestSupport

/// openssl as a client that keeps its session in a file, and resumes it.
struct SessionClient {
    let address: HostPort
    let authority: String
    let keyPair: TLSFiles.KeyPair
    let directory: TemporaryDirectory

    /// Sends `hello`, and waits for the answer or the end of the connection.
    /// - Parameter option: `-sess_out` to keep the session, `-sess_in` to resume it.
    /// - Returns: what openssl says, with the answer.
    func ask(_ option: String) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            : >output
            { echo hello; until grep -q ':hello\\|^ended' output; do sleep 0.02; done; } |
                { openssl s_client -connect \(address) -alpn h2 -CAfile \(authority) -cert \(keyPair.certificate) -key \(keyPair.key) \
                    \(option) session >>output 2>&1; echo ended >>output; }
            """,
        ]
        process.currentDirectoryURL = URL(filePath: directory.path)
        try process.run()
        try await eventually("openssl ends") { !process.isRunning }
        return try String(contentsOfFile: directory("output"), encoding: .utf8)
    }
}
