import Logging
import ShippyNotificator
import ShippyRPCServer
import ShippyUsers

extension Services {
    /// What the users service answers over gRPC.
    func usersGRPC(_ logger: Logger) -> [any GuardedService] {
        [
            UsersGRPC(gate: access.gate, users: { [users] in UsersCaller(users, caller: $0) }, logger: logger),
            AccessGRPC(gate: access.gate, access: { [access, users] in AccessCaller(access.service, users: users, caller: $0) }, logger: logger),
            TutorialUsersGRPC(users: tutorialUsers, gate: access.gate, logger: logger),
        ]
    }

    /// What the notificator answers over gRPC.
    func notificatorGRPC(_ logger: Logger) -> [any GuardedService] {
        [NotificatorGRPC(notificator: notificator, gate: access.gate, logger: logger)]
    }
}
