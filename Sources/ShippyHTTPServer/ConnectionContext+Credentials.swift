package import Hummingbird
package import ShippyAccess
import ShippyCore

extension ConnectionContext {
    /// What the client shows of itself: a token in `Authorization`, its certificate, and the address of its connection.
    package func credentials(of request: Request) -> PresentedCredentials {
        PresentedCredentials(
            token: request.headers[.authorization].flatMap(TokenKind.token(in:)), certificate: peerCertificate,
            address: channel.remoteAddress?.ipAddress ?? "", way: .http)
    }
}
