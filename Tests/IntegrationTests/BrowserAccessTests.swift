import Foundation
import NIOCore
import TestSupport
import Testing

/// Pages in a browser of this machine must not use what listens on it.
@Suite struct BrowserAccessTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    /// The status line's number, and all of the answer.
    private func ask(_ address: String, _ request: String, _ headers: [String], body: String = "") async throws -> (status: Int, text: String) {
        let connection = try RawConnection(address)
        let length = request.hasPrefix("POST") ? ["Content-Length: \(body.utf8.count)"] : []
        try connection.send(([request] + headers + length + ["", body]).joined(separator: "\r\n"))
        var text = ""
        try await eventually("an answer to \(request) \(headers)") {
            text += connection.received()
            return text.contains("\r\n\r\n")
        }
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0, text)
    }

    @Test func otherSitesAndOtherNamesAreRefusedOnEveryPort() async throws {
        let server = try await Server.start(home: home.path)
        // As the tutorial has it.
        let curl = try await ShippyBinary.shell("curl -sS -XPOST http://\(server.users)/create -d '{\"email\": \"test\"}'", home: home.path)
        #expect(curl.output.contains(#""e0":null"#), "\(curl.output) \(curl.errors)")
        var number = 0
        for (headers, status) in [
            (["Host: \(server.users)"], 200), (["Host: LOCALHOST:1"], 200), (["Host: [::1]:8081"], 200), (["Host: 127.0.0.1"], 200),
            (["Host: \(server.users)", "Origin: http://\(server.users)"], 200), (["Host: \(server.users)", "Sec-Fetch-Site: same-origin"], 200),
            (["Host: \(server.users)", "Sec-Fetch-Site: none"], 200),
            (["Host: \(server.users)", "Origin: https://evil.example"], 403), (["Host: \(server.users)", "Sec-Fetch-Site: cross-site"], 403),
            (["Host: \(server.users)", "Origin: null"], 403), (["Host: evil.example:8081"], 403),
            (["Host: evil.example:8081", "Origin: http://evil.example:8081", "Sec-Fetch-Site: same-origin"], 403), (["X: no host"], 403),
        ] {
            number += 1
            let body = #"{"email":"u\#(number)@example.com"}"#
            let reply = try await ask(server.users, "POST /create HTTP/1.1", headers + ["Content-Type: text/plain"], body: body)
            #expect(reply.status == status, "\(headers): \(reply.text)")
            #expect(reply.text.lowercased().contains("x-content-type-options: nosniff"))
            #expect(!reply.text.lowercased().contains("access-control"))
            if status == 403 { #expect(reply.text.contains("application/problem+json")) }
        }
        for (address, path) in [
            (server.users, "/api/v1/users"), (server.users, "/nothing"), (server.ops, "/metrics"), (server.ops, "/health/live"),
            (server.ops, "/health/ready"),
        ] {
            for method in ["GET", "POST", "OPTIONS"] {
                let refused = try await ask(address, "\(method) \(path) HTTP/1.1", ["Host: evil.example:8081"])
                #expect(refused.status == 403, "\(method) \(path)")
                #expect(!refused.text.contains("@"))
            }
            let answered = try await ask(
                address, "GET \(path) HTTP/1.1", ["Host: \(address)", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site"])
            #expect(answered.status == ["/nothing": 404, "/api/v1/users": 401][path, default: 200])
            #expect(answered.text.lowercased().contains("x-content-type-options: nosniff"))
            #expect(try await ask(address, "GET \(path) HTTP/1.0", []).status == 403)
        }
        #expect(try await server.stop() == 0)
        #expect(try Database.strings(home("shippy.db"), "SELECT id FROM users").count == 8)
    }

    @Test func furtherNamesAreAllowedByFlagEnvironmentAndFile() async throws {
        try "allowed-host: file.example, 10.9.8.7\n".write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: home("config.yaml"))
        func allowed(_ server: Server) async throws -> [String] {
            var hosts: [String] = []
            for host in ["one.example", "TWO.example:80", "variable.example", "file.example", "10.9.8.7", "name.example", "evil.example"] {
                let status = try await ask(server.ops, "GET /health/live HTTP/1.1", ["Host: \(host)"]).status
                #expect(status == 200 || status == 403)
                if status == 200 { hosts.append(host) }
            }
            return hosts
        }
        let byFlag = try await Server.start(
            home: home.path, ["--allowed-host", "one.example", "--allowed-host", "two.example", "--advertise", "name.example"],
            environment: ["SHIPPY_ALLOWED_HOST": "variable.example"])
        #expect(try await allowed(byFlag) == ["one.example", "TWO.example:80", "name.example"])
        try await byFlag.stop()
        let byVariable = try await Server.start(home: home.path, environment: ["SHIPPY_ALLOWED_HOST": "variable.example"])
        #expect(try await allowed(byVariable) == ["variable.example"])
        try await byVariable.stop()
        let byFile = try await Server.start(home: home.path)
        #expect(try await allowed(byFile) == ["file.example", "10.9.8.7"])
        try await byFile.stop()
        let wrong = try await ShippyBinary.run(["up", "--allowed-host", "http://x/"], home: home.path)
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("--allowed-host"))
    }

    @Test func onAnyAddressTheMachinesOwnAreAnswered() async throws {
        let server = try await Server.start(home: home.path, ["--users-http", "0.0.0.0:0", "--ops", "0.0.0.0:0", "--allow-insecure"])
        let port = server.users.split(separator: ":").last ?? ""
        let own = try System.enumerateDevices().compactMap(\.address?.ipAddress).filter { !$0.contains(":") }
        #expect(!own.isEmpty)
        for address in own {
            #expect(try await ask("\(address):\(port)", "GET /.well-known/jwks.json HTTP/1.1", ["Host: \(address):\(port)"]).status == 200)
            #expect(try await ask("\(address):\(port)", "GET /.well-known/jwks.json HTTP/1.1", ["Host: localhost:\(port)"]).status == 200)
            #expect(try await ask("\(address):\(port)", "GET /.well-known/jwks.json HTTP/1.1", ["Host: evil.example:\(port)"]).status == 403)
            #expect(try await ask("\(address):\(port)", "GET /.well-known/jwks.json HTTP/1.1", ["Host: 198.51.100.7:\(port)"]).status == 403)
        }
        try await server.stop()
    }
}
