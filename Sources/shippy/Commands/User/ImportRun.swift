import ShippyCore

/// What an import came to.
struct ImportSummary: JSONWritable {
    var created = 0
    /// Users who were there already.
    var present = 0
    var failed = 0
    var isDryRun = false

    func write(to json: inout JSONWriter) {
        json.object {
            $0.key("created")
            $0.integer(created)
            $0.key("present")
            $0.integer(present)
            $0.key("failed")
            $0.integer(failed)
            $0.key("dry_run")
            $0.bool(isDryRun)
        }
    }

    var fields: [(String, String)] {
        [(isDryRun ? "would create" : "created", "\(created)"), ("there already", "\(present)"), ("failed", "\(failed)")]
    }
}

/// One import: takes rows in batches, reports those that fail, and counts.
final class ImportRun {
    /// A batch is one message to the users service, which takes 64 KiB.
    private static let batchRows = 500
    private static let batchBytes = 48 * 1024

    private(set) var summary: ImportSummary
    private let welcome: Bool
    private var progress = ProgressBar(label: "importing")

    init(welcome: Bool, isDryRun: Bool) {
        self.welcome = welcome
        summary = ImportSummary(isDryRun: isDryRun)
    }

    /// Reads every row, and creates nothing.
    func check(_ rows: UserRows) async throws {
        while let row = try rows.next() {
            try Task.checkCancellation()
            switch row.request {
            case .success: summary.created += 1
            case .failure(let error): fail(row.line, error)
            }
            progress.show(rows.progress, count: summary.created + summary.failed)
        }
        progress.clear()
    }

    func create(_ rows: UserRows, users: any UsersAPI) async throws {
        var batch: [(line: Int, request: CreateUser)] = []
        var bytes = 0
        while let row = try rows.next() {
            switch row.request {
            case .success(var request):
                request.welcome = welcome
                batch.append((row.line, request))
                bytes += request.size
            case .failure(let error):
                fail(row.line, error)
            }
            if batch.count >= Self.batchRows || bytes >= Self.batchBytes {
                try await store(batch, users)
                batch = []
                bytes = 0
                progress.show(rows.progress, count: summary.created + summary.present + summary.failed)
            }
        }
        if !batch.isEmpty { try await store(batch, users) }
        progress.clear()
    }

    /// Tries again for a while when the service is overloaded or away: a row is never lost in silence.
    private func store(_ batch: [(line: Int, request: CreateUser)], _ users: any UsersAPI) async throws {
        let backoff = Backoff(base: .milliseconds(200), cap: .seconds(5))
        var failures = 0
        while true {
            do {
                try Task.checkCancellation()
                let outcomes = try await users.create(batch.map(\.request), requestID: RequestID.accept(nil))
                for (row, outcome) in zip(batch, outcomes) { count(row, outcome) }
                return
            } catch let error as ShippyError where error.code == .overloaded || error.code == .unavailable {
                failures += 1
                if failures > 8 { throw error }
                try await Task.sleep(for: backoff.delay(attempt: failures))
            }
        }
    }

    private func count(_ row: (line: Int, request: CreateUser), _ outcome: Result<CreatedUser, ShippyError>) {
        switch outcome {
        case .success(let created) where created.isNew:
            summary.created += 1
        case .success(let created):
            if created.user.name == row.request.name, created.user.company == row.request.company {
                summary.present += 1
            } else {
                fail(row.line, ShippyError(.conflict, "email \(row.request.email.debugQuoted) is taken by a user with another name or company"))
            }
        case .failure(let error):
            fail(row.line, error)
        }
    }

    private func fail(_ line: Int, _ error: ShippyError) {
        summary.failed += 1
        progress.clear()
        Console.say("line \(line): \(error.message)")
    }
}

extension CreateUser {
    /// About what it takes in a message.
    fileprivate var size: Int {
        32 + email.utf8.count + name.utf8.count + company.utf8.count + (password?.utf8.count ?? 0)
    }
}
