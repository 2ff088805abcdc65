import Logging
import ShippyNotificator
import ShippyOps
import ShippyRPCServer
import ShippyUsers

extension Services {
    /// What the users service answers over gRPC.
    func usersGRPC(_ health: Health, _ logger: Logger) -> [any GuardedService] {
        let own: [any GuardedService] = [
            UsersGRPC(gate: access.gate, users: { [users] in UsersCaller(users, caller: $0) }, logger: logger),
            AccessGRPC(gate: access.gate, access: { [access, users] in AccessCaller(access.service, users: users, caller: $0) }, logger: logger),
            TutorialUsersGRPC(users: tutorialUsers, gate: access.gate, logger: logger),
        ]
        return own + [self.health(health, of: .users, own, logger)]
    }

    /// What the notificator answers over gRPC.
    func notificatorGRPC(_ health: Health, _ logger: Logger) -> [any GuardedService] {
        let own: [any GuardedService] = [NotificatorGRPC(notificator: notificator, gate: access.gate, logger: logger)]
        return own + [self.health(health, of: .notificator, own, logger)]
    }

    private func health(_ health: Health, of role: Role, _ services: [any GuardedService], _ logger: Logger) -> HealthGRPC {
        let names = services.flatMap { $0.methods.map { String($0.prefix { $0 != "/" }) } }
        return HealthGRPC(health, of: role.rawValue, services: Set(names), gate: access.gate, logger: logger)
    }
}
