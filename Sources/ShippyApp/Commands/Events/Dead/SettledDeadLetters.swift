import ShippyCore

/// The outcome of replaying or dropping dead letters.
struct SettledDeadLetters: JSONWritable {
    /// The number of dead letters that are settled at once.
    private static let page = 100

    let settlement: DeadLetter.Settlement
    private(set) var settled = 0
    /// Replayed or dropped by somebody else in the meantime.
    private(set) var already = 0
    private(set) var failed = 0

    /// Tells of one that could not be settled.
    private let tell: @Sendable (String) async -> Void

    init(_ settlement: DeadLetter.Settlement, tell: @escaping @Sendable (String) async -> Void = { await Console.tell($0) }) {
        self.settlement = settlement
        self.tell = tell
    }

    func write(to json: inout JSONWriter) {
        json.object {
            switch settlement {
            case .replay: $0.field("replayed", settled)
            case .drop: $0.field("dropped", settled)
            }
            $0.field("already", already)
            $0.field("failed", failed)
        }
    }

    var fields: [(String, String)] {
        [(settlement == .replay ? "replayed" : "dropped", "\(settled)"), ("already settled", "\(already)"), ("failed", "\(failed)")]
    }

    /// Settles the letters in order, and reports each that fails.
    mutating func settle(_ letters: [DeadLetter], on bus: any EventBus) async throws {
        var left = Set(letters.map(\.sequence))
        // Reads them again, page by page, with their payloads.
        var last: Int64 = 0
        while !left.isEmpty {
            try Task.checkCancellation()
            let open = try await bus.deadLetters(after: last, limit: Self.page)
            let page = open.filter { left.remove($0.sequence) != nil }
            try await settle(page: page, on: bus)
            guard open.count == Self.page, let end = open.last else { break }
            last = end.sequence
        }
        already += left.count
    }

    private mutating func settle(page: [DeadLetter], on bus: any EventBus) async throws {
        var whole: [DeadLetter] = []
        for letter in page {
            do {
                whole.append(settlement == .replay ? try await bus.completed(letter) : letter)
            } catch let error as ShippyError where error.code == .notFound {
                await fail(letter, error)
            }
        }
        if whole.isEmpty { return }
        for (letter, result) in zip(whole, try await bus.settle(whole, by: settlement)) {
            switch result {
            case .success(let receipt) where receipt.isDuplicate: already += 1
            case .success: settled += 1
            case .failure(let error): await fail(letter, error)
            }
        }
    }

    private mutating func fail(_ letter: DeadLetter, _ error: ShippyError) async {
        failed += 1
        await tell("dead letter \(letter.sequence): \(error.message)")
    }
}
