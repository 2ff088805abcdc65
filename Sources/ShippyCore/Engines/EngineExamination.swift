/// What an engine tells about itself: whether its settings and its state endanger what shippy promises, now or soon.
package struct EngineExamination: Hashable, Sendable {
    /// Engine and version, such as `SQLite 3.40.1`; empty if it has none.
    package var version: String
    /// The engine's wall clock compared with this machine's: how far it is ahead, to within ``clockTolerance``; nil if the engine keeps no
    /// clock of its own, or does not tell.
    package var clockOffset: Duration?
    package var concerns: [Concern]

    /// Half the time that the question took.
    package var clockTolerance: Duration

    package init(version: String = "", clockOffset: Duration? = nil, clockTolerance: Duration = .zero, concerns: [Concern] = []) {
        self.version = version
        self.clockOffset = clockOffset
        self.clockTolerance = clockTolerance
        self.concerns = concerns
    }
}

/// Something that is wrong, or will be, and what to do about it.
package struct Concern: Hashable, Sendable {
    package enum Gravity: String, Hashable, Sendable {
        /// Works now, but will not, or not after the next fault.
        case warning
        /// A promise does not hold, or something does not work.
        case fault
    }

    package var gravity: Gravity
    /// A sentence without a full stop that names the value: `the stream has used 97 % of its 4 GiB`.
    package var text: String
    /// What to do: an imperative without a full stop.
    package var advice: String

    package init(_ gravity: Gravity, _ text: String, advice: String) {
        self.gravity = gravity
        self.text = text
        self.advice = advice
    }

    package static func warning(_ text: String, advice: String) -> Concern { Concern(.warning, text, advice: advice) }
    package static func fault(_ text: String, advice: String) -> Concern { Concern(.fault, text, advice: advice) }
}
