/// A mend that is taken out, to see that the simulation notices.
enum Flaw: String, CaseIterable, Sendable {
    /// The outbox takes marks from a relay whose lease has ended, keeps one place up to which all is published, and gives the
    /// position of a deleted record out again.
    case marksWithoutFence
    /// A record that was handed out before is published without a look whether the bus has it.
    case nothingLookedUp
    /// A sender begins and finishes attempts however long ago it claimed their mails.
    case leaseNotChecked
    /// An outcome that could not be recorded is forgotten.
    case outcomesForgotten
    /// A bus is known by its last sequence alone.
    case lossJudgedByLength
    /// Attempts go on while outcomes cannot be recorded.
    case startsWhileStalled
    /// The queue takes outcomes from a sender whose mail was claimed again.
    case outcomesWithoutFence

    /// A seed that shows it.
    var knownSeed: UInt64 {
        switch self {
        case .marksWithoutFence: 20
        case .nothingLookedUp: 40
        case .leaseNotChecked: 48
        case .outcomesForgotten: 2
        case .lossJudgedByLength: 2
        case .startsWhileStalled: 8645
        case .outcomesWithoutFence: 166
        }
    }
}
