import Crypto
package import ShippyCore

/// A link for the owner of an address: what it is for, whose account it concerns, and until when it is valid.
///
/// Its ``text`` is in an event and in the queue of mails. Nobody can use that: the link itself has a ``token(for:_:)`` with a MAC under the
/// installation's secret, which is made when the mail is sent. Nothing is stored for a link. It can be used once because the MAC covers
/// the address, and ``binding`` the part of the account that using it changes.
package struct MailLink: Hashable, Sendable {
    package static let prefix = "shl_"
    package static let lifetime = Duration.seconds(3600)
    /// How much the clocks of the service that makes a link and the one that verifies it may differ.
    private static let leeway = Duration.seconds(300)
    /// Of a MAC, and of ``binding``.
    private static let macSize = 16
    /// Of everything before the user's ID: purpose, expiry, binding.
    private static let headSize = 1 + 8 + macSize
    /// The most bytes of a user's ID.
    private static let idLimit = 64

    package let purpose: LinkPurpose
    package let userID: String
    package let expiresAt: Timestamp
    private let binding: [UInt8]

    /// A new link for a user, valid for ``lifetime``.
    package init(_ purpose: LinkPurpose, for account: Account, at now: Timestamp, _ secret: AccessSecret) {
        self.purpose = purpose
        userID = account.user.id
        expiresAt = now + Self.lifetime
        binding = Self.binding(purpose, account, secret)
    }

    /// The link by which a user who has just been created confirms their address; nil for an ID that no link can contain.
    package init?(confirmingNewUser id: String, at now: Timestamp, _ secret: AccessSecret) {
        guard (1...Self.idLimit).contains(id.utf8.count) else { return nil }
        purpose = .confirmAddress
        userID = id
        expiresAt = now + Self.lifetime
        binding = Self.binding(.confirmAddress, over: Self.confirmation(false), secret)
    }

    /// - Throws: ``TokenRefusal`` `.form` for anything that ``text`` does not produce.
    package init(text: String) throws(TokenRefusal) {
        guard text.utf8.count < 200, let bytes = Base64URL.bytes(text.utf8) else { throw .form }
        try self.init(content: bytes)
    }

    /// The user in the ``text`` of a link; nil for any other text.
    package static func userID(in text: String) -> String? { (try? MailLink(text: text))?.userID }

    /// When the link with this ``text`` expires; nil for any other text.
    package static func end(of text: String) -> Timestamp? { (try? MailLink(text: text))?.expiresAt }

    private init(content: [UInt8]) throws(TokenRefusal) {
        guard (Self.headSize + 1...Self.headSize + Self.idLimit).contains(content.count), let purpose = LinkPurpose(rawValue: content[0]),
            let id = String(validating: content[Self.headSize...], as: UTF8.self)
        else { throw .form }
        self.purpose = purpose
        userID = id
        expiresAt = Timestamp(milliseconds: Int64(bitPattern: content[1..<9].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }))
        binding = Array(content[9..<Self.headSize])
    }

    /// The link without its MAC, which is worthless by itself.
    package var text: String { Base64URL.text(content) }

    private var content: [UInt8] {
        [purpose.rawValue] + withUnsafeBytes(of: expiresAt.milliseconds.bigEndian) { Array($0) } + binding + userID.utf8
    }

    /// Whether it claims to be valid for longer than any link is. Whoever can publish events could have one signed that begins to be valid
    /// later.
    package func isTooLong(at now: Timestamp) -> Bool { expiresAt > now + Self.lifetime + Self.leeway }

    /// The token in the mail: `shl_` and base64url of the link and its MAC. It is worthless for an account with another address.
    package func token(for address: EmailAddress, _ secret: AccessSecret) -> String {
        Self.prefix + Base64URL.text(content + Self.mac(of: content, for: address, secret))
    }

    /// The link that a token claims to be. Only ``verify(_:for:at:_:)`` tells whether it is.
    /// - Throws: ``TokenRefusal`` `.form`.
    package static func claimed(by token: String) throws(TokenRefusal) -> MailLink {
        guard token.utf8.count < 250, token.utf8.starts(with: prefix.utf8), let bytes = Base64URL.bytes(token.utf8.dropFirst(prefix.utf8.count)),
            bytes.count > macSize
        else { throw .form }
        return try MailLink(content: bytes.dropLast(macSize))
    }

    /// Returns if the token is the one that was mailed to the account's present address, has not expired, and has not been used.
    ///
    /// - Throws: ``TokenRefusal`` `.signature`, `.expired`, `.lifetime`, or `.revoked` for a link that has been used or overtaken by another
    ///   change.
    package static func verify(_ token: String, for account: Account, at now: Timestamp, _ secret: AccessSecret) throws(TokenRefusal) {
        let link = try claimed(by: token)
        guard link.userID == account.user.id,
            ConstantTime.isEqual(Array(token.utf8), Array(link.token(for: account.user.email, secret).utf8))
        else { throw .signature }
        guard now < link.expiresAt else { throw .expired }
        guard !link.isTooLong(at: now) else { throw .lifetime }
        guard ConstantTime.isEqual(link.binding, binding(link.purpose, account, secret)) else { throw .revoked }
    }

    /// A digest of what using the link changes. The password's hash is covered by a key, so that the digest tells nothing about it.
    private static func binding(_ purpose: LinkPurpose, _ account: Account, _ secret: AccessSecret) -> [UInt8] {
        switch purpose {
        case .confirmAddress: binding(purpose, over: confirmation(account.isConfirmed), secret)
        case .resetPassword:
            // Any change of the account, so that disabling and enabling a user ends a link that somebody else has got.
            binding(purpose, over: withUnsafeBytes(of: account.revision.bigEndian) { Array($0) } + Array((account.passwordHash ?? "").utf8), secret)
        }
    }

    private static func confirmation(_ isConfirmed: Bool) -> [UInt8] { [isConfirmed ? 1 : 0] }

    private static func binding(_ purpose: LinkPurpose, over state: [UInt8], _ secret: AccessSecret) -> [UInt8] {
        var hmac = HMAC<SHA256>(key: secret.linkKey)
        hmac.update(data: [0, purpose.rawValue])
        hmac.update(data: state)
        return Array(hmac.finalize().prefix(macSize))
    }

    private static func mac(of content: [UInt8], for address: EmailAddress, _ secret: AccessSecret) -> [UInt8] {
        var hmac = HMAC<SHA256>(key: secret.linkKey)
        // The first byte tells it from a binding; the content has a length of its own.
        hmac.update(data: [1, UInt8(content.count)])
        hmac.update(data: content)
        hmac.update(data: Array(address.description.lowercased().utf8))
        return Array(hmac.finalize().prefix(macSize))
    }
}
