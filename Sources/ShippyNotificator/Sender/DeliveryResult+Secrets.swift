import ShippyCore

extension DeliveryResult {
    /// Without the secrets in the reply. A server that refuses a mail may quote it, with the token of its link, and the reply is stored,
    /// shown and logged.
    var withoutSecrets: DeliveryResult {
        switch self {
        case .accepted(let reply): .accepted(reply: Secrets.hidden(in: reply))
        case .deferred(let reply): .deferred(reply: Secrets.hidden(in: reply))
        case .refused(let reply): .refused(reply: Secrets.hidden(in: reply))
        case .timedOut(let reply): .timedOut(reply: Secrets.hidden(in: reply))
        case .withdrawn: .withdrawn
        }
    }
}
