import NIOSSL
import ShippyCore

/// Why a TLS connection was not made.
struct HandshakeFailure {
    /// For metrics.
    enum Kind: String {
        case plainText = "plain-text"
        case version
        case noCertificate = "no-certificate"
        case certificate
        case refusedByPeer = "refused-by-peer"
        case left
        case other
    }

    let kind: Kind
    /// A clause about the other side, such as `it does not speak TLS`.
    let reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// - Parameters:
    ///   - peer: the certificate that the other side presented, if it got that far.
    ///   - authorities: where the trusted authorities are, for people.
    ///   - host: the name that was called; nil for a client's certificate.
    init(_ error: any Error, peer: NIOSSLCertificate?, authorities: String, host: String?, leastVersion: LeastTLSVersion) {
        let text = String(describing: error)
        func says(_ codes: String...) -> Bool { codes.contains { text.contains($0) } }
        // The library's own text has BoringSSL's names of reasons, of which an ALERT came from the other side.
        if says("HTTP_REQUEST", "WRONG_VERSION_NUMBER", "HTTPS_PROXY_REQUEST") {
            self.init(.plainText, "it does not speak TLS")
        } else if says("CERTIFICATE_VERIFY_FAILED", "failedToValidateHostname") {
            self.init(.certificate, Self.fault(of: peer, authorities: authorities, host: says("failedToValidateHostname") ? host : nil))
        } else if says("PEER_DID_NOT_RETURN_A_CERTIFICATE") {
            self.init(.noCertificate, "it presented no certificate")
        } else if says("ALERT_CERTIFICATE_REQUIRED") {
            self.init(.refusedByPeer, "it requires a client certificate: set --tls-cert and --tls-key")
        } else if says("ALERT_UNKNOWN_CA") {
            self.init(.refusedByPeer, "it refuses our certificate: it does not trust the authority that signed it")
        } else if says("ALERT_CERTIFICATE_EXPIRED") {
            self.init(.refusedByPeer, "it refuses our certificate, which has expired or is not valid yet by its clock")
        } else if says("ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_UNKNOWN", "ALERT_UNSUPPORTED_CERTIFICATE", "ALERT_ACCESS_DENIED") {
            self.init(.refusedByPeer, "it refuses our certificate")
        } else if says("UNSUPPORTED_PROTOCOL", "ALERT_PROTOCOL_VERSION", "NO_SUPPORTED_VERSIONS") {
            self.init(.version, "it speaks no TLS version that both sides allow: --tls-min-version is \(leastVersion.rawValue)")
        } else if says("NO_SHARED_CIPHER", "NO_SHARED_GROUP", "ALERT_HANDSHAKE_FAILURE") {
            self.init(.other, "it speaks no cipher that both sides know")
        } else if says("EOF during handshake", "uncleanShutdown", "ECONNRESET") {
            self.init(.left, "it closed the connection during the TLS handshake")
        } else {
            self.init(.other, "the TLS handshake failed")
        }
    }

    /// Why a certificate is not valid at this time; nil if it is.
    static func faultOfTimes(_ facts: CertificateFacts, at now: Timestamp) -> String? {
        facts.fault(at: now).map { "its certificate (\(facts.title.visiblyEscaped(limit: 200))) \($0)" }
    }

    private static func fault(of peer: NIOSSLCertificate?, authorities: String, host: String?) -> String {
        guard let facts = peer.flatMap(CertificateFacts.init) else { return "its certificate cannot be verified" }
        let title = facts.title.visiblyEscaped(limit: 200)
        if let host {
            let names = facts.names.isEmpty ? "no name" : facts.names.joined(separator: ", ").visiblyEscaped(limit: 300)
            return "its certificate is for \(names), not for \(host)"
        }
        if let fault = faultOfTimes(facts, at: .now) { return fault }
        return "its certificate (\(title)) was signed by \(facts.issuer.visiblyEscaped(limit: 200)), which is not among \(authorities)"
    }
}
