/// The result of probing an instance.
package enum ProbeResult: Hashable, Sendable {
    /// It answered after this time.
    case answered(after: Duration)
    /// It failed, for this reason, to show to the user.
    case failed(String)
}
