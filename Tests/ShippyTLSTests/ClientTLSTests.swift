import ShippyCore
import ShippyTLS
import TestSupport
import Testing

/// Whoever can write to a registry can forge entries.
@Suite struct ClientTLSTests {
    private func instance(_ address: String, tls: String? = nil) -> Instance {
        var instance = Samples.instance("users", address)
        instance.metadata[Instance.tlsMark] = tls
        return instance
    }

    @Test(arguments: ["127.0.0.1:1", "alpha.example.com:1"], [PlainTextRule.allowed, .onLoopback, .never])
    func anInstanceThatClaimsTLSIsCalledOverIt(address: String, rule: PlainTextRule) throws {
        for mark in ["server", "mutual", ""] { #expect(try ClientTLS(plainText: rule).isUsed(for: instance(address, tls: mark))) }
    }

    @Test func anInstanceWithoutTLSIsCalledOnlyByTheRule() throws {
        let (near, far) = (instance("127.0.0.1:1"), instance("alpha.example.com:1"))
        #expect(try !ClientTLS(plainText: .allowed).isUsed(for: near))
        #expect(try !ClientTLS(plainText: .allowed).isUsed(for: far))
        #expect(try !ClientTLS(plainText: .onLoopback).isUsed(for: near))
        for (rule, instance) in [(PlainTextRule.onLoopback, far), (.onLoopback, self.instance("127.example.com:1")), (.never, near), (.never, far)] {
            let error = #expect(throws: ShippyError.self) { try ClientTLS(plainText: rule).isUsed(for: instance) }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("users at \(instance.address) is registered without TLS") == true)
        }
    }
}
