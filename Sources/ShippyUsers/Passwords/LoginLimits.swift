/// The numbers of ``LoginAttempts``.
enum LoginLimits {
    /// Wrong passwords for an account from one address before the first wait.
    static let freeAttempts = 5
    static let longestWait = Duration.seconds(300)
    /// An account's wrong passwords from one address are forgotten one by one, each after this time.
    static let pairInterval = Duration.seconds(360)
    /// More wrong passwords than this make no wait longer.
    static let pairLimit = 20

    static let addressBurst = 60
    static let addressInterval = Duration.seconds(5)

    static let accountBurst = 300
    static let accountInterval = Duration.seconds(10)
    /// The longest that other addresses' attempts can hold up an address that is new to an account.
    static let longestTurn = Duration.seconds(30)
    /// How long an address whose turn has come may take to use it.
    static let turnValidity = Duration.seconds(60)

    /// An address stays familiar to an account for so long after its last login.
    static let familiarity = Duration.seconds(30 * 86400)
    /// The addresses that may be familiar to one account.
    static let familiarAddresses = 16
}
