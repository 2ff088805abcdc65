package import ShippyCore

/// What a signing key does at a moment.
package enum SigningKeyState: Hashable, Sendable {
    /// Its public half is published, so that caches know it before it signs.
    case standsBy
    /// A rotation is under way.
    case willSign(from: Timestamp)
    case signs
    /// Another key signs; this one's tokens are accepted.
    case retired(until: Timestamp)
}

extension StoredSigningKey {
    /// - Parameter keys: all keys, this one among them.
    package func state(among keys: [StoredSigningKey], at now: Timestamp) -> SigningKeyState {
        guard let signsFrom else { return .standsBy }
        if keys.signer(at: now)?.id == id { return .signs }
        if signsFrom > now { return .willSign(from: signsFrom) }
        return .retired(until: retiresAt ?? now)
    }
}

extension Array<StoredSigningKey> {
    /// The key that signs: the last one to begin. While the clock of this process is behind that of the one that made the first
    /// key, none has begun, and the first one to begin signs.
    func signer(at now: Timestamp) -> StoredSigningKey? {
        let scheduled = filter { $0.signsFrom != nil && !$0.isRetired(at: now) }.sorted { $0.signsFrom! < $1.signsFrom! }
        return scheduled.last { $0.signsFrom! <= now } ?? scheduled.first
    }

    /// The key that a rotation has chosen, and that has not begun to sign.
    func pending(at now: Timestamp) -> StoredSigningKey? {
        first { $0.state(among: self, at: now).isPending }
    }
}

extension SigningKeyState {
    fileprivate var isPending: Bool { if case .willSign = self { true } else { false } }
}

extension StoredSigningKey {
    /// Whether no valid token can have its signature.
    func isRetired(at now: Timestamp) -> Bool { retiresAt.map { $0 <= now } ?? false }
}
