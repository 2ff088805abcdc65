/// A mail server: what it has taken, from whom and when.
final class ModelSMTP {
    struct Acceptance {
        var mailID: String
        var process: Int
        var time: Int
        /// When the sender's record of it took effect.
        var recordedAt: Int?
    }

    private(set) var acceptances: [Acceptance] = []

    /// - Returns: the index of the acceptance.
    func accept(_ mailID: String, from process: Int, at time: Int) -> Int {
        acceptances.append(Acceptance(mailID: mailID, process: process, time: time))
        return acceptances.count - 1
    }

    func recorded(_ mailID: String, by process: Int, at time: Int) {
        for index in acceptances.indices
        where acceptances[index].mailID == mailID && acceptances[index].process == process && acceptances[index].recordedAt == nil {
            acceptances[index].recordedAt = time
        }
    }
}
