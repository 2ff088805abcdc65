import HTTPTypes
import ShippyAccess
import ShippyHTTPServer

extension UsersHTTP {
    /// Every route: what its caller must be allowed to do, the user whom it is about, the parameters of its query, and its answer.
    static let routes = HTTPRoutes<UsersHTTP>([
        // The go-kit tutorial.
        HTTPRoute(.post, "/create", .tutorialCreate, query: nil, UsersHTTP.createForTutorial),

        HTTPRoute(.get, "/api/v1/users", .listUsers, query: ListQuery.names, UsersHTTP.listUsers),
        HTTPRoute(.post, "/api/v1/users", .signUp, UsersHTTP.createUser),
        HTTPRoute(.get, "/api/v1/users/{id}", .getUser, on: CallTarget.user, query: ["full"], UsersHTTP.getUser),
        HTTPRoute(.patch, "/api/v1/users/{id}", .updateUser, on: CallTarget.user, UsersHTTP.changeUser),
        HTTPRoute(.delete, "/api/v1/users/{id}", .deleteUser, on: CallTarget.user, UsersHTTP.deleteUser),
        HTTPRoute(.post, "/api/v1/users/{id}/disable", .disableUser, on: CallTarget.user, UsersHTTP.disableUser),
        HTTPRoute(.post, "/api/v1/users/{id}/enable", .enableUser, on: CallTarget.user, UsersHTTP.enableUser),

        HTTPRoute(.post, "/api/v1/auth/login", .logIn, UsersHTTP.logIn),
        HTTPRoute(.post, "/api/v1/auth/refresh", .refresh, UsersHTTP.refresh),
        HTTPRoute(.post, "/api/v1/auth/logout", .logOut, UsersHTTP.logOut),
        HTTPRoute(.get, "/api/v1/auth/me", .readMyself, UsersHTTP.readMyself),
        HTTPRoute(.put, "/api/v1/auth/password", .changeOwnPassword, UsersHTTP.changeOwnPassword),
        HTTPRoute(.post, "/api/v1/auth/password-reset", .requestLink, UsersHTTP.requestPasswordReset),
        HTTPRoute(.post, "/api/v1/auth/password-reset/use", .resetPassword, UsersHTTP.resetPassword),
        HTTPRoute(.post, "/api/v1/auth/confirmation", .requestLink, UsersHTTP.requestConfirmation),
        HTTPRoute(.post, "/api/v1/auth/confirmation/use", .confirmAddress, UsersHTTP.confirmAddress),
        HTTPRoute(.get, "/.well-known/jwks.json", .readPublicKeys, query: nil, UsersHTTP.readPublicKeys),
        HTTPRoute(.get, "/openapi.json", .readInterface, query: nil, UsersHTTP.readInterface),

        // Where links in mails lead. Mail filters and trackers add parameters of their own.
        HTTPRoute(.get, "/password", .resetPassword, query: nil, UsersHTTP.showPasswordPage),
        HTTPRoute(.post, "/password", .resetPassword, query: nil, UsersHTTP.submitPasswordPage),
        HTTPRoute(.get, "/confirm", .confirmAddress, query: nil, UsersHTTP.showConfirmationPage),
        HTTPRoute(.post, "/confirm", .confirmAddress, query: nil, UsersHTTP.submitConfirmationPage),

        // The go-micro tutorial's gateway and its user interface.
        HTTPRoute(.post, "/api/v1/auth", TutorialMethod.auth.operation, query: nil, UsersHTTP.authForTutorial),
        HTTPRoute(.post, "/api/v1/validate", TutorialMethod.validateToken.operation, query: nil, UsersHTTP.validateForTutorial),
        HTTPRoute(.post, "/rpc", nil, query: nil, UsersHTTP.callForTutorial),
    ])
}
