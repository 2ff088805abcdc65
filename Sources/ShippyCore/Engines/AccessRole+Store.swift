extension AccessRole {
    /// Reads what a store has written. An unknown role, which somebody wrote into the database, allows the least.
    package init(stored text: String) {
        self = AccessRole(rawValue: text) ?? .user
    }
}
