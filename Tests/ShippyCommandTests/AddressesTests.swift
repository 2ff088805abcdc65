import ArgumentParser
import ShippyCore
import TestSupport
import Testing

@testable import shippy

@Suite struct AddressesTests {
    private func addresses(_ arguments: [String]) async throws -> Addresses {
        let settings = try await Settings.load(GlobalOptions.parse(["--home", TemporaryDirectory().path]), environment: [:])
        return try Addresses(ServeOptions.parse(arguments), settings, roles: [.users, .notificator])
    }

    @Test(arguments: ["--users-http", "--users-grpc", "--notificator-grpc", "--ops"])
    func anAddressForOtherMachinesHasToBeAllowed(option: String) async throws {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.7:80", "shippy.example.com:80"] {
            let error = await #expect(throws: ShippyError.self) { try await addresses([option, address]) }
            #expect(error?.code == .usage)
            #expect(error?.message.contains("\(option) \(address)") == true, "\(error?.message ?? "")")
            _ = try await addresses([option, address, "--allow-insecure"])
        }
        for address in ["127.0.0.1:0", "127.1.2.3:80", "[::1]:0", "localhost:0"] { _ = try await addresses([option, address]) }
    }
}
