import ArgumentParser
import ShippyConfiguration
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct AddressesTests {
    private func addresses(_ arguments: [String]) throws -> Addresses {
        let isCommon = arguments.first == "--tls-cert"
        var flags = try Flags<Serving>.parse(isCommon ? Array(arguments.dropFirst(4)) : arguments).values
        if isCommon { flags.merge(try Flags<EveryCommand>.parse(Array(arguments.prefix(4))).values) { $1 } }
        flags["home"] = try TemporaryDirectory().path
        return try Addresses(Configuration(SettingSources(flags: flags, environment: [:])), roles: [.users, .notificator])
    }

    @Test(arguments: ["--users-http", "--users-grpc", "--notificator-grpc", "--ops"])
    func anAddressForOtherMachinesHasToBeAllowed(option: String) throws {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.7:80", "shippy.example.com:80"] {
            let error = #expect(throws: ShippyError.self) { try addresses([option, address]) }
            #expect(error?.code == .usage)
            #expect(error?.message.contains("\(option) \(address)") == true, "\(error?.message ?? "")")
            _ = try addresses([option, address, "--allow-insecure"])
        }
        for address in ["127.0.0.1:0", "127.1.2.3:80", "[::1]:0", "localhost:0"] { _ = try addresses([option, address]) }
    }

    @Test func otherMachinesMayConnectOverTLSButNotWithoutAToken() throws {
        let open = ["--tls-cert", "x.pem", "--tls-key", "y.pem", "--users-http", "0.0.0.0:0"]
        #expect(try addresses(open).isOpenToOthers)
        _ = try addresses(open + ["--access", "token"])
        let error = #expect(throws: ShippyError.self) { try addresses(open + ["--access", "local"]) }
        #expect(error?.message.hasPrefix("--access local would let other machines in without a token") == true, "\(error?.message ?? "")")
        _ = try addresses(open + ["--access", "local", "--allow-insecure"])
    }

    @Test(arguments: [
        ("--ops 127.0.0.1:9 --users-http 127.0.0.1:9", true), ("--ops 127.0.0.1:9 --users-grpc localhost:9", true),
        ("--users-grpc 0.0.0.0:9 --notificator-grpc 127.0.0.1:9 --allow-insecure", true), ("--ops 127.0.0.1:0 --users-http 127.0.0.1:0", false),
        ("--ops 127.0.0.1:9 --users-http 127.0.0.2:9", false), ("--ops 127.0.0.1:9 --users-http [::1]:9", false),
    ])
    func noAddressIsGivenTwice(arguments: String, isRefused: Bool) throws {
        let arguments = arguments.split(separator: " ").map(String.init)
        if isRefused {
            let error = #expect(throws: ShippyError.self) { try addresses(arguments) }
            #expect(error?.code == .usage)
            #expect(error?.message.contains("give each its own port") == true)
        } else {
            _ = try addresses(arguments)
        }
    }
}
