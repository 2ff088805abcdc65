import GRPCCore
import ShippyAccess
import ShippyCore

extension PresentedCredentials {
    /// What a client sends with a call: `authorization: Bearer …`, as go-kit's auth/jwt, or `token: …`, as the go-micro tutorial.
    init(_ metadata: Metadata, _ context: ServerContext) {
        let values = ["authorization", "token"].lazy.flatMap { metadata[stringValues: $0] }
        self.init(
            token: values.compactMap { TokenKind.token(in: $0) }.first, certificate: context.peerCertificate,
            address: Self.host(of: context.remotePeer), way: .grpc)
    }

    /// The IP address in gRPC's notation of a peer, such as `ipv4:127.0.0.1:5000`: see `ServerConnection`.
    private static func host(of peer: String) -> String {
        guard let colon = peer.firstIndex(of: ":"), let port = peer.lastIndex(of: ":"), colon < port else { return "" }
        return String(peer[peer.index(after: colon)..<port].filter { $0 != "[" && $0 != "]" })
    }
}
