import HTTPTypes
import Hummingbird
import ShippyAccess
import ShippyCore
import ShippyHTTPServer

extension Response {
    /// The tokens of a login or a refresh (RFC 6749, 5.1). Nobody may keep them on the way.
    init(login: Login) {
        var json = JSONWriter(capacity: 1500)
        json.object {
            $0.field("access_token", login.accessToken)
            $0.field("token_type", "Bearer")
            $0.field("expires_in", Int64(login.expiresIn.seconds))
            $0.field("refresh_token", login.refreshToken)
            $0.key("user")
            $0.value(login.user)
        }
        self.init(.ok, json: json.bytes)
        headers[.cacheControl] = "no-store"
    }

    /// Who asks, and with which role.
    /// - Parameter user: nil for a program, a certificate and the owner.
    init(me user: User?, actor: String, role: AccessRole) {
        var json = JSONWriter()
        json.object {
            user?.writeFields(to: &$0)
            $0.field("actor", actor)
            $0.field("role", role.rawValue)
            $0.key("roles")
            $0.array { $0.string(role.rawValue) }
        }
        self.init(.ok, json: json.bytes)
        headers[.cacheControl] = "no-store"
    }
}
