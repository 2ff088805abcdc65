import Foundation
import TestSupport
import Testing

/// A database whose host cannot be found.
@Suite struct NameResolutionTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    /// A name server that never answers: getaddrinfo waits for it for two and a half minutes.
    @Test(.enabled("needs root and network namespaces") { try await Namespace.isAllowed() })
    func aNameThatIsNotResolvedHoldsNobodyUp() async throws {
        try "nameserver 198.18.0.2\noptions timeout:30 attempts:5\n".write(toFile: home("resolv.conf"), atomically: true, encoding: .utf8)
        let script = """
            PATH=$PATH:/usr/sbin
            ip link add near type veth peer name far && ip link set far up && ip link set near up \
            && ip addr add 198.18.0.1/30 dev near && ip neigh add 198.18.0.2 lladdr 02:00:00:00:00:01 dev near \
            && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"
            """
        let files = try TemporaryDirectory()
        let process = try ShippyBinary.start(
            "/usr/bin/unshare", ["--net", "--mount", "/bin/bash", "-c", script, "bash", home("resolv.conf"), ShippyBinary.path, "mail", "list"],
            home: home.path, environment: ["SHIPPY_STORE": "postgres://postgres@database.example/shippy"], files: files)
        #expect(try await process.status(within: .seconds(90)) == 69)
        #expect(process.errors.contains("may not resolve"), "\(process.errors)")
    }
}
