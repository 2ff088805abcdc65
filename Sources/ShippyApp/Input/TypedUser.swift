import ShippyCore

/// A user as people type them: by an ID, the beginning of one, or an e-mail address; to see something, also by a part of their name,
/// company or address. A part is not enough to change somebody: the error says who may be meant.
enum TypedUser {
    /// The users that are named if several may be meant.
    private static let shown = 5
    /// A shorter part of a name is in most names.
    private static let least = 3

    /// Finds somebody whose whole ID or address this is not.
    ///
    /// - Parameters:
    ///   - isToSee: whether a part is enough if it is a part of one user only.
    ///   - missing: thrown if nobody may be meant.
    ///   - page: lists users in the order of their IDs.
    static func resolve(
        _ text: String, isToSee: Bool, missing: ShippyError, page: (UserFilter, _ after: String?, _ limit: Int) async throws -> [UserRecord]
    ) async throws -> UserRecord {
        do {
            if TypedID.isPrefix(text) {
                let id = try await TypedID.whole(text, of: "user", list: "shippy user list") { try await page(.all, $0, $1).map(\.id) }
                if let found = try await page(.all, TypedID.before(id), 1).first, found.id == id { return found }
            }
        } catch let error as ShippyError where error.code == .notFound || error.code == .forbidden {
            // Perhaps it was meant as a name.
        }
        guard text.count >= least, let match = try? UserMatch(text) else { throw missing }
        let found: [UserRecord]
        do {
            found = try await page(UserFilter(match: match), nil, shown + 1)
        } catch let error as ShippyError where error.code == .forbidden {
            throw missing
        }
        if isToSee, found.count == 1 { return found[0] }
        guard !found.isEmpty else { throw missing }
        let names = found.prefix(shown).map { "\($0.user.email) (\($0.id))" }.joined(separator: ", ")
        let more = found.count > shown ? " or another one: `shippy user list --match` lists them" : ""
        throw ShippyError(missing.code, "\(missing.message). Did you mean \(names)\(more)?")
    }
}

extension UsersAPI {
    /// - Parameter isToSee: whether a part of a name is enough.
    /// - Throws: as ``TypedUser/resolve(_:isToSee:missing:page:)``.
    func user(typed text: String, isToSee: Bool = false) async throws -> UserRecord {
        do {
            return try await user(text)
        } catch let missing as ShippyError where missing.code == .notFound {
            return try await TypedUser.resolve(text, isToSee: isToSee, missing: missing) { try await users($0, after: $1, limit: $2) }
        }
    }

    /// The same for a change. It does not look for an address or a whole ID: the service does.
    /// - Returns: an ID or an e-mail address.
    func name(typed text: String) async throws -> String {
        text.contains("@") || text.isUUID ? text : try await user(typed: text).id
    }
}

extension UserStore {
    /// The user to see something of.
    /// - Parameter missing: thrown if nobody may be meant; nil for an error that says so.
    func user(typed text: String, missing: ShippyError? = nil) async throws -> UserRecord {
        if let found = try await text.isUUID ? user(id: text.lowercased()) : user(email: text) { return found }
        let missing = missing ?? ShippyError(.notFound, "no user \(text.quoted(limit: 80))")
        return try await TypedUser.resolve(text, isToSee: true, missing: missing) { try await users($0, after: $1, limit: $2) }
    }
}
