import ShippyAccess
import ShippyConfiguration
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

/// The request that the services suggest.
struct TutorialRequestTests {
    private func request(
        _ host: String = "127.0.0.1", mode: AccessRules.Mode = .local, signUp: AccessRules.SignUp = .open, names: [String]? = nil,
        isMutual: Bool = false, authority: String? = "/tls/ca.pem", accepted: [String] = [], completesNames: Bool = true
    ) throws -> String {
        let configuration = try Configuration(SettingSources(flags: ["home": "/data"], environment: ["HOME": "/"]))
        return TutorialRequest(
            address: HostPort(host: host, port: 81), rules: AccessRules(mode: mode, signUp: signUp),
            encryption: names.map {
                .init(names: $0, isMutual: isMutual, certificate: "/tls/a.pem", key: "/tls/a-key.pem", authority: authority)
            }, acceptedHosts: accepted, completesNames: completesNames,
            command: OwnCommand(configuration, executable: "/bin/x", path: "")
        ).line
    }

    private let create = #"/create -d '{"email": "test"}'"#

    @Test func withoutTLSItGoesToAnAddressOfThisMachine() throws {
        #expect(try request() == "curl -XPOST http://127.0.0.1:81\(create)")
        #expect(try request("0.0.0.0") == "curl -XPOST http://127.0.0.1:81\(create)")
        #expect(try request("::") == "curl -XPOST http://[::1]:81\(create)")
        #expect(try request("192.0.2.7") == "curl -XPOST http://192.0.2.7:81\(create)")
        #expect(try request(completesNames: false).hasSuffix(#"'{"email": "test@example.com"}'"#))
    }

    @Test func withTLSItUsesANameOfTheCertificate() throws {
        let ca = "curl --cacert /tls/ca.pem"
        #expect(try request(names: ["localhost"]) == "\(ca) -XPOST https://localhost:81\(create)")
        #expect(try request("0.0.0.0", names: ["localhost"]) == "\(ca) -XPOST https://localhost:81\(create)")
        #expect(try request("192.0.2.7", names: ["alpha", "192.0.2.7"]) == "\(ca) -XPOST https://192.0.2.7:81\(create)")
        // The name that other clients use, and the one that is answered.
        #expect(
            try request("0.0.0.0", names: ["alpha", "beta"], accepted: ["Beta"])
                == "\(ca) --connect-to Beta:81:127.0.0.1:81 -XPOST https://Beta:81\(create)")
        #expect(
            try request("0.0.0.0", names: ["*.x", "alpha"])
                == "\(ca) --connect-to alpha:81:127.0.0.1:81 -H 'Host: localhost' -XPOST https://alpha:81\(create)")
        #expect(try request(names: ["localhost"], authority: nil) == "curl -XPOST https://localhost:81\(create)")
        #expect(
            try request(names: ["localhost"], isMutual: true)
                == "\(ca) --cert /tls/a.pem --key /tls/a-key.pem -XPOST https://localhost:81\(create)")
    }

    @Test func itShowsATokenWhereOneIsNeeded() throws {
        let line = "/bin/x auth token --home /data | sed 's/^/Authorization: Bearer /' | curl -H @- -XPOST http://127.0.0.1:81\(create)"
        #expect(try request(mode: .token, signUp: .closed) == line)
        #expect(try request(signUp: .closed) == line)
        #expect(try !request(mode: .token, signUp: .open).contains("Authorization"))
    }

    @Test func whoMayCallIsSaidInOneLine() {
        func summary(_ mode: AccessRules.Mode, _ signUp: AccessRules.SignUp, isOpen: Bool) -> String {
            AccessRules(mode: mode, signUp: signUp).summary(isOpenToOthers: isOpen)
        }
        #expect(
            summary(.local, .open, isOpen: false)
                == "access local: without a token, everyone on this machine may make the tutorials' calls and sign up")
        #expect(summary(.token, .closed, isOpen: true) == "access token: without a token, everyone who can connect may only log in")
        #expect(summary(.token, .open, isOpen: true).hasSuffix("may only log in and sign up"))
        #expect(summary(.local, .closed, isOpen: true).hasSuffix("everyone who can connect may make the tutorials' calls, but not create users"))
    }

    @Test(arguments: [
        ([:], "local", "open"), (["access": "token"], "token", "closed"), (["users-http": "0.0.0.0:1"], "token", "closed"),
        (["sign-up": "closed"], "local", "closed"), (["access": "token", "sign-up": "open"], "token", "open"),
    ])
    func theConfigurationShowsWhatIsInEffect(flags: [String: String], access: String, signUp: String) throws {
        let configuration = try Configuration(SettingSources(flags: flags.merging(["home": "/data"]) { $1 }, environment: ["HOME": "/"]))
        func value(_ row: SettingRow) -> String? { ShownSetting(row, configuration).value }
        #expect(value(Settings.access.row) == access && value(Settings.signUp.row) == signUp)
    }
}
