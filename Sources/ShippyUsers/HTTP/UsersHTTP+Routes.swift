import HTTPTypes
import ShippyAccess
import ShippyHTTPServer

extension UsersHTTP {
    /// Every route: what its caller must be allowed to do, the user whom it is about, and its answer.
    static let routes = HTTPRoutes<UsersHTTP>([
        // The go-kit tutorial.
        HTTPRoute(.post, "/create", .tutorialCreate, UsersHTTP.createForTutorial),

        HTTPRoute(.get, "/api/v1/users", .listUsers, UsersHTTP.listUsers),
        HTTPRoute(.post, "/api/v1/users", .signUp, UsersHTTP.createUser),
        HTTPRoute(.get, "/api/v1/users/{id}", .getUser, on: CallTarget.user, UsersHTTP.getUser),
        HTTPRoute(.patch, "/api/v1/users/{id}", .updateUser, on: CallTarget.user, UsersHTTP.changeUser),
        HTTPRoute(.delete, "/api/v1/users/{id}", .deleteUser, on: CallTarget.user, UsersHTTP.deleteUser),
        HTTPRoute(.post, "/api/v1/users/{id}/disable", .disableUser, on: CallTarget.user, UsersHTTP.disableUser),
        HTTPRoute(.post, "/api/v1/users/{id}/enable", .enableUser, on: CallTarget.user, UsersHTTP.enableUser),

        HTTPRoute(.post, "/api/v1/auth/login", .logIn, UsersHTTP.logIn),
        HTTPRoute(.post, "/api/v1/auth/refresh", .refresh, UsersHTTP.refresh),
        HTTPRoute(.post, "/api/v1/auth/logout", .logOut, UsersHTTP.logOut),
        HTTPRoute(.get, "/api/v1/auth/me", .readMyself, UsersHTTP.readMyself),
        HTTPRoute(.post, "/api/v1/auth/password-reset", .requestLink, UsersHTTP.requestPasswordReset),
        HTTPRoute(.post, "/api/v1/auth/password-reset/use", .resetPassword, UsersHTTP.resetPassword),
        HTTPRoute(.post, "/api/v1/auth/confirmation", .requestLink, UsersHTTP.requestConfirmation),
        HTTPRoute(.post, "/api/v1/auth/confirmation/use", .confirmAddress, UsersHTTP.confirmAddress),
        HTTPRoute(.get, "/.well-known/jwks.json", .readPublicKeys, UsersHTTP.readPublicKeys),

        // Where links in mails lead.
        HTTPRoute(.get, "/password", .resetPassword, UsersHTTP.showPasswordPage),
        HTTPRoute(.head, "/password", .resetPassword, UsersHTTP.showPasswordPage),
        HTTPRoute(.post, "/password", .resetPassword, UsersHTTP.submitPasswordPage),
        HTTPRoute(.get, "/confirm", .confirmAddress, UsersHTTP.showConfirmationPage),
        HTTPRoute(.head, "/confirm", .confirmAddress, UsersHTTP.showConfirmationPage),
        HTTPRoute(.post, "/confirm", .confirmAddress, UsersHTTP.submitConfirmationPage),

        // The go-micro tutorial's gateway and its user interface.
        HTTPRoute(.post, "/api/v1/auth", TutorialMethod.auth.operation, UsersHTTP.authForTutorial),
        HTTPRoute(.post, "/api/v1/validate", TutorialMethod.validateToken.operation, UsersHTTP.validateForTutorial),
        HTTPRoute(.post, "/rpc", nil, UsersHTTP.callForTutorial),
    ])
}
