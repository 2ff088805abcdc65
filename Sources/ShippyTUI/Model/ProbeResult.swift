/// What came of an attempt to talk to an instance.
package enum ProbeResult: Hashable, Sendable {
    /// It answered after so long.
    case answered(after: Duration)
    /// In words for a person.
    case failed(String)
}
