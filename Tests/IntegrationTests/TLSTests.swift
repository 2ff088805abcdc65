import Foundation
import TestSupport
import Testing

/// The real binary with TLS, and openssl and curl as its clients.
@Suite struct TLSTests {
    private let home: TemporaryDirectory
    private let files: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
        files = try TemporaryDirectory()
    }

    private var authority: String { files("ca.pem") }

    private func shippy(_ arguments: String...) async throws -> Outcome { try await ShippyBinary.run(arguments, home: home.path) }

    private func make(_ hosts: String..., more: [String] = []) async throws {
        let made = try await ShippyBinary.run(["cert", "new"] + hosts + ["--out", files.path] + more, home: home.path)
        #expect(made.status == 0, "\(made.errors)")
    }

    private func own(_ host: String) -> [String] { ["--tls-cert", files("\(host).pem"), "--tls-key", files("\(host)-key.pem")] }

    private func shell(_ line: String) async throws -> Outcome { try await ShippyBinary.shell("cd \(files.path)\n\(line)", home: files.path) }

    private func curl(_ address: String, _ arguments: String = "") async throws -> Outcome {
        try await shell("curl -sS --max-time 30 --cacert \(authority) \(arguments) https://\(address)")
    }

    @Test func certificatesAreMadeAndShown() async throws {
        try await make("alpha.example.com,10.0.0.5", "localhost")
        let verified = try await shell(
            """
            set -e
            verify() { openssl verify -x509_strict -CAfile ca.pem "$@"; }
            verify -purpose sslserver -verify_hostname alpha.example.com alpha.example.com.pem
            verify -purpose sslclient -verify_ip 10.0.0.5 alpha.example.com.pem
            verify -purpose sslserver -verify_ip ::1 localhost.pem
            verify ca.pem
            if verify -verify_hostname beta.example.com alpha.example.com.pem; then exit 11; fi
            # A host signs nothing.
            openssl req -newkey rsa:2048 -nodes -subj /CN=forged -keyout forged-key.pem -out forged.csr
            openssl x509 -req -in forged.csr -CA alpha.example.com.pem -CAkey alpha.example.com-key.pem -CAcreateserial -out forged.pem
            if verify -untrusted alpha.example.com.pem forged.pem; then exit 12; fi
            """)
        #expect(verified.status == 0, "\(verified.output) \(verified.errors)")

        let shown = try await shippy("cert", "show", files("alpha.example.com.pem"), authority, "-o", "jsonl").objects()
        #expect(shown.count == 2)
        #expect(shown[0]["subject"] as? String == "CN=alpha.example.com")
        #expect(shown[0]["names"] as? [String] == ["alpha.example.com", "10.0.0.5"])
        #expect(shown[0]["issuer"] as? String == shown[1]["subject"] as? String)
        #expect(shown.map { $0["authority"] as? Bool } == [false, true])
        let text = try await shippy("cert", "show", files("localhost.pem"))
        #expect(text.lines[0].hasPrefix("FILE "))
        #expect(text.lines[1].contains("localhost 127.0.0.1 ::1"))
        #expect(text.lines[1].contains("(396 days left)"))
        // What is configured.
        let configured = try await ShippyBinary.run(
            ["cert", "show", "-o", "json"], home: home.path,
            environment: ["SHIPPY_TLS_CERT": files("localhost.pem"), "SHIPPY_TLS_KEY": files("localhost-key.pem"), "SHIPPY_TLS_CA": authority])
        #expect(configured.output.contains("CN=localhost"))
        #expect(configured.output.contains("shippy authority"))
        #expect(try await shippy("cert", "show").status == 64)
        #expect(try await shippy("cert", "show", files("localhost-key.pem")).status == 64)
    }

    @Test func keysAreNotReplacedUnasked() async throws {
        try await make("alpha")
        let before = try await shell("sha256sum alpha* ca*").lines
        let again = try await shippy("cert", "new", "beta", "alpha", "--out", files.path)
        #expect(again.status == 65)
        #expect(again.errors.contains("alpha.pem already exists: use --force"))
        #expect(try await shell("sha256sum alpha* ca*").lines == before)
        #expect(!FileManager.default.fileExists(atPath: files("beta.pem")), "nothing is made if not all can be")
        try await make("alpha", more: ["--force"])
        let after = try await shell("sha256sum alpha* ca*").lines
        for (old, new) in zip(before, after) { #expect((old == new) == new.contains(" ca"), "\(new)") }
        #expect(after.count == 4)
        for host in ["ca", "../x", "https://a", ""] { #expect(try await shippy("cert", "new", host, "--out", files.path).status == 64, "\(host)") }
        #expect(try await shippy("cert", "new", "x", "--days", "398", "--out", files.path).status == 64)
    }

    /// Wherever it listens, under whatever name, and whatever it demands.
    @Test(arguments: [
        ("localhost", "127.0.0.1:0", false), ("localhost", "0.0.0.0:0", false), ("alpha.example.com", "0.0.0.0:0", false),
        ("localhost", "127.0.0.1:0", true),
    ])
    func theSuggestedRequestWorks(host: String, address: String, isMutual: Bool) async throws {
        try await make(host)
        let listeners = ["--users-http", address] + ["users-grpc", "notificator-grpc", "ops"].flatMap { ["--\($0)", "127.0.0.1:0"] }
        let options = own(host) + ["--tls-ca", authority] + (isMutual ? ["--tls-client-ca", authority] : []) + ["--access", "token"]
        let server = try ShippyBinary.start(ShippyBinary.path, ["up"] + listeners + options, home: home.path, files: TemporaryDirectory())
        let banner = try await eventually("the banner: \(server.errors)") { server.errors.contains("Press Ctrl-C") ? server.errors : nil }
        let callers = address.hasPrefix("0") ? "everyone who can connect" : "everyone on this machine"
        #expect(banner.contains("  access token: without a token, \(callers) may only log in\n"))
        let line = try #require(banner.split(separator: "\n").first { $0.contains(" | curl ") })
        let created = try await shell("\(line) -sS --max-time 30")
        #expect(created.output.contains(#""e0":null"#), "\(line): \(created.output) \(created.errors)")
        server.signal(SIGTERM)
        #expect(try await server.status() == 0)
    }

    /// From the certificates to a user in two commands.
    @Test func everyPortAndEveryClientSpeakTLS() async throws {
        try await make("localhost")
        let server = try await Server.start(home: home.path, own("localhost"))
        let created = try await curl("\(server.users)/create", #"-d '{"email":"ada@example.com"}'"#)
        #expect(created.status == 0, "\(created.errors)")
        #expect(created.output.contains(#""e0":null"#))
        let metrics = try await curl("\(server.ops)/metrics")
        #expect(metrics.output.contains(#"shippy_certificate_expiry_timestamp_seconds{setting="tls-cert"} 1"#), "\(metrics.errors)")
        // Without the authority, the answer is that of anybody.
        let blind = try await shell("curl -sS https://\(server.users)/ 2>&1")
        #expect(blind.status == 60, "\(blind.output)")
        let plain = try await shell("curl -sS http://\(server.users)/ 2>&1")
        #expect(plain.output.contains("this port speaks TLS"))

        let user = try await shippy("user", "create", "bob@example.com", "--tls-ca", authority, "-o", "json")
        #expect(user.status == 0, "\(user.errors)")
        #expect(user.errors == "", "the services do not run inside the command")
        let refused = try await shippy("user", "create", "eve@example.com")
        #expect(refused.status == 69)
        #expect(refused.errors.contains("which is not among the system's authorities: set --tls-ca to trust it"), "\(refused.errors)")
        let users = try await shippy("user", "list", "--tls-ca", authority, "-o", "jsonl").objects()
        #expect(users.compactMap { $0["email"] as? String } == ["ada@example.com", "bob@example.com"])
        let place = ["XDG_CONFIG_HOME": home("config")]
        let added = try await ShippyBinary.run(["context", "add", "own", "--tls-ca", authority], home: home.path, environment: place)
        #expect(added.output.contains(authority), "\(added.errors)")
        let selected = try await ShippyBinary.run(["user", "list", "--context", "own"], home: home.path, environment: place)
        #expect(selected.status == 0, "\(selected.errors)")

        let instances = try await shippy("registry", "list", "-o", "jsonl").objects()
        #expect(instances.map { ($0["metadata"] as? [String: String])?["tls"] } == ["server", "server", "server"])
        #expect(try await server.stop() == 0)
    }

    @Test func thePanelProbesOverTLS() async throws {
        try await make("localhost")
        let server = try await Server.start(home: home.path, own("localhost"))
        let seen = try await PseudoTerminal.run(
            ["registry", "tui", "--tls-ca", authority], home: home.path, .wait("3 alive"), .keys("\r\r"), .wait("answered in"), .keys("q"))
        #expect(seen.status == 0)
        let blind = try await PseudoTerminal.run(
            ["registry", "tui"], home: home.path, .wait("3 alive"), .keys("\r\r"), .wait("was signed by"), .keys("q"))
        #expect(blind.status == 0)
        try await server.stop()
    }

    @Test func theOldestVersionIsASetting() async throws {
        try await make("localhost")
        for (flags, accepted) in [([], [false, true]), (["--tls-min-version", "1.2"], [true, true])] {
            let server = try await Server.start(home: home.path, own("localhost") + flags)
            for address in [server.users, server.ops, server.addresses["users grpc"] ?? "", server.addresses["notificator grpc"] ?? ""] {
                for (version, isAccepted) in zip(["-tls1_2", "-tls1_3"], accepted) {
                    let outcome = try await shell(
                        "openssl s_client -connect \(address) -alpn h2,http/1.1 \(version) -verify_return_error -CAfile \(authority) </dev/null 2>&1")
                    #expect(outcome.output.contains("Cipher is (NONE)") != isAccepted, "\(address) \(version): \(outcome.output)")
                    #expect(outcome.output.contains("alert protocol version") == !isAccepted, "\(address) \(version)")
                }
                // OpenSSL itself must be told to try.
                let old = try await shell("openssl s_client -connect \(address) -tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null 2>&1")
                #expect(old.status != 0)
            }
            try await server.stop()
        }
    }

    @Test func callersNeedACertificate() async throws {
        try await make("localhost", "billing")
        let others = try TemporaryDirectory()
        #expect(try await shippy("cert", "new", "billing", "--out", others.path).status == 0)
        // Others may connect, because they need a certificate.
        let server = try await Server.start(
            home: home.path,
            own("localhost") + [
                "--tls-client-ca", authority, "--users-http", "0.0.0.0:0", "--allowed-host", "127.0.0.1", "--certificate-role", "billing=operator",
            ])
        let port = try #require(server.users.split(separator: ":").last)
        let address = "127.0.0.1:\(port)"
        #expect(try await curl("\(address)/create", #"-d '{"email":"ada@example.com"}'"#).status != 0)
        let stranger = "--cert \(others("billing.pem")) --key \(others("billing-key.pem"))"
        #expect(try await curl("\(address)/create", #"\#(stranger) -d '{"email":"ada@example.com"}'"#).status != 0)
        let known = "--cert \(files("billing.pem")) --key \(files("billing-key.pem"))"
        let created = try await curl("\(address)/create", #"\#(known) -d '{"email":"ada@example.com"}'"#)
        #expect(created.status == 0, "\(created.errors)")
        #expect(try await curl("\(server.ops)/health/live").status != 0)
        #expect(try await curl("\(server.ops)/health/live", known).status == 0)

        let mine = own("billing") + ["--tls-ca", authority]
        let user = try await ShippyBinary.run(["user", "create", "bob@example.com"] + mine, home: home.path)
        #expect(user.status == 0, "\(user.errors)")
        let without = try await shippy("user", "create", "eve@example.com", "--tls-ca", authority)
        #expect(without.status == 69)
        #expect(without.errors.contains("it requires a client certificate: set --tls-cert and --tls-key"), "\(without.errors)")
        let foreign = try await shippy(
            "user", "create", "eve@example.com", "--tls-ca", authority, "--tls-cert", others("billing.pem"), "--tls-key", others("billing-key.pem"))
        #expect(foreign.status == 69)
        #expect(foreign.errors.contains("it refuses our certificate: it does not trust the authority that signed it"), "\(foreign.errors)")
        let users = try await ShippyBinary.run(["user", "list", "-o", "jsonl"] + mine, home: home.path).objects()
        #expect(users.compactMap { $0["email"] as? String } == ["ada@example.com", "bob@example.com"])
        #expect(try await server.stop() == 0)
        #expect(server.process.errors.contains("TLS connection refused"))
    }

    @Test func whatIsWrongIsToldAtTheStart() async throws {
        try await make("localhost", "other")
        func up(_ arguments: [String]) async throws -> Outcome {
            let ports = ["users-http", "users-grpc", "notificator-grpc", "ops"].flatMap { ["--\($0)", "127.0.0.1:0"] }
            return try await ShippyBinary.run(["up"] + ports + arguments, home: home.path)
        }
        let mixed = try await up(["--tls-cert", files("localhost.pem"), "--tls-key", files("other-key.pem")])
        #expect(mixed.status == 64)
        #expect(mixed.errors.contains("\(files("other-key.pem")) does not belong to the certificate in \(files("localhost.pem"))"), "\(mixed.errors)")
        for (arguments, advice) in [
            (["--tls-cert", files("localhost.pem")], "set tls-key, too"), (["--tls-key", files("localhost-key.pem")], "set tls-cert, too"),
            (["--tls-client-ca", authority], "set tls-cert and tls-key, too"), (own("missing"), "No such file"),
            (own("localhost") + ["--tls-client-ca", files("localhost-key.pem")], "has no certificate"),
            (own("localhost") + ["--users-http", "0.0.0.0:0", "--access", "local"], "would let other machines in without a token"),
            (["--users-http", "0.0.0.0:0"], "would be open to other machines without encryption"),
        ] {
            let outcome = try await up(arguments)
            #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(advice), "\(arguments): \(outcome.errors)")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files("localhost-key.pem"))
        let open = try await up(own("localhost"))
        #expect(open.status == 77)
        #expect(open.errors.contains("run `chmod 600 \(files("localhost-key.pem"))`"))
        let checked = try await ShippyBinary.run(
            ["config", "check"], home: home.path,
            environment: ["SHIPPY_TLS_CERT": files("localhost.pem"), "SHIPPY_TLS_KEY": files("localhost-key.pem")])
        #expect(checked.status == 64)
        #expect(checked.errors.contains("chmod 600"))
    }

    /// A thousand connections, one after another, while the certificate is renewed: none fails, and the last ones see the new one.
    @Test func aRenewalFailsNoConnection() async throws {
        try await make("localhost", more: ["--days", "100"])
        let server = try await Server.start(home: home.path, own("localhost"))
        let script = """
            import socket, ssl, sys, threading, time
            host, port = sys.argv[1].rsplit(":", 1)
            context = ssl.create_default_context(cafile=sys.argv[2])
            serials, failures, lock = {}, [], threading.Lock()
            stop = time.monotonic() + 60
            def run():
                while time.monotonic() < stop:
                    try:
                        with socket.create_connection((host, int(port)), timeout=20) as raw, context.wrap_socket(raw, server_hostname=host) as tls:
                            tls.sendall(b"GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
                            answer = b""
                            while True:
                                part = tls.recv(4096)
                                if not part: break
                                answer += part
                            assert answer.startswith(b"HTTP/1.1 200"), answer
                            with lock:
                                serial = tls.getpeercert()["serialNumber"]
                                serials[serial] = serials.get(serial, 0) + 1
                                if len(serials) > 1 and sum(serials.values()) >= 1000 and min(serials.values()) >= 100: return
                    except Exception as error:
                        with lock: failures.append(repr(error))
                        return
            threads = [threading.Thread(target=run) for _ in range(4)]
            for thread in threads: thread.start()
            time.sleep(1)
            print("started", flush=True)
            for thread in threads: thread.join()
            print(len(serials), sum(serials.values()), failures)
            """
        try script.write(toFile: files("connect.py"), atomically: true, encoding: .utf8)
        async let connecting = shell("python3 \(files("connect.py")) \(server.ops) \(authority)")
        try await Task.sleep(for: .seconds(2))
        try await make("localhost", more: ["--days", "200", "--force"])
        let outcome = try await connecting
        let result = try #require(outcome.lines.last)
        #expect(result.hasPrefix("2 "), "\(outcome.output) \(outcome.errors)")
        #expect(result.hasSuffix(" []"), "\(outcome.output)")
        let served = Int(result.split(separator: " ")[1]) ?? 0
        #expect(served >= 1000, "\(result)")
        #expect(server.process.errors.contains("certificates renewed"))
        // A pair that does not match changes nothing.
        #expect(try await shell("cp \(authority) \(files("localhost.pem"))").status == 0)
        try await eventually("it is told") { server.process.errors.contains("renewed certificates cannot be used") }
        #expect(try await curl("\(server.ops)/health/live").status == 0)
        try await server.stop()
    }
}
