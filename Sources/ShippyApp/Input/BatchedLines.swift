/// Items that are read from the lines of a file in batches, so that a file of any size takes little memory.
protocol BatchedLines: AnyObject, Sendable {
    associatedtype Item: Sendable

    /// A batch ends once it has this many items or bytes.
    static var batchLimits: (items: Int, bytes: Int) { get }

    /// The lines are used only on this queue.
    var queue: BlockingQueue { get }
    var lines: LineReader { get }

    /// The next item and how many bytes it counts for; nil at the end. Called on the queue.
    func next() throws -> (item: Item, bytes: Int)?
}

extension BatchedLines {
    /// The next items, empty at the end, and the fraction of the file read so far, if its size is known.
    func nextBatch() async throws -> (items: [Item], progress: Double?) {
        try await withTaskCancellationHandler {
            try await queue.run { [self] in
                var items: [Item] = []
                var bytes = 0
                while items.count < Self.batchLimits.items, bytes < Self.batchLimits.bytes, let next = try next() {
                    items.append(next.item)
                    bytes += next.bytes
                }
                return (items, lines.progress)
            }
        } onCancel: {
            // The only thing that may be done with it outside its queue.
            lines.interrupt()
        }
    }

    /// Passes all batches to `body` in order, and reads the next one at the same time.
    func forEachBatch(_ body: (_ items: [Item], _ progress: Double?) async throws -> Void) async throws {
        var (batch, progress) = try await nextBatch()
        while !batch.isEmpty {
            try Task.checkCancellation()
            // If this batch ends the run, nothing waits for the next one: standard input may be idle.
            let following = Task { try await nextBatch() }
            try await body(batch, progress)
            (batch, progress) = try await following.value
        }
    }
}
