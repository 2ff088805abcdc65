import ShippyCore
import ShippyUsers

/// The result of an import.
struct ImportSummary: JSONWritable {
    var created = 0
    /// Users that already existed.
    var present = 0
    var failed = 0
    var isDryRun = false

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("created", created)
            $0.field("present", present)
            $0.field("failed", failed)
            $0.field("dry_run", isDryRun)
        }
    }

    var fields: [(String, String)] {
        // A dry run looks at the rows alone: users who exist, and addresses that occur twice, are not found.
        isDryRun
            ? [("valid", "\(created)"), ("failed", "\(failed)")]
            : [("created", "\(created)"), ("already existed", "\(present)"), ("failed", "\(failed)")]
    }
}

/// One import: reads rows in batches, creates users, and reports and counts failures.
final class ImportRun {
    private(set) var summary: ImportSummary
    private let requestID: String
    private let welcome: Bool
    private var progress = ProgressBar(label: "importing")

    init(requestID: String, welcome: Bool, isDryRun: Bool) {
        self.requestID = requestID
        self.welcome = welcome
        summary = ImportSummary(isDryRun: isDryRun)
    }

    /// Checks every row without creating users.
    func check(_ rows: UserRows) async throws {
        try await forEachBatch(rows) { batch in
            for row in batch {
                do throws(ShippyError) {
                    if let password = row.request.password { try PasswordPolicy.check(password) }
                    try KeptUserRules.check(row.request.kept, password: row.request.password)
                    summary.created += 1
                } catch {
                    await fail(row.line, error)
                }
            }
        }
    }

    func create(_ rows: UserRows, users: any UsersAPI) async throws {
        try await forEachBatch(rows) { try await store($0, users) }
    }

    /// Reports invalid rows, and passes the others to `body` in batches.
    private func forEachBatch(_ rows: UserRows, _ body: ([(line: Int, request: CreateUser)]) async throws -> Void) async throws {
        try await rows.forEachBatch { batch, fraction in
            var good: [(line: Int, request: CreateUser)] = []
            for row in batch {
                for warning in row.warnings {
                    progress.clear()
                    await Console.tell("line \(row.line): \(warning)")
                }
                switch row.request {
                case .success(var request):
                    request.welcome = welcome
                    good.append((row.line, request))
                case .failure(let error):
                    await fail(row.line, error)
                }
            }
            for part in Self.parts(of: good) { try await body(part) }
            progress.show(fraction, count: summary.created + summary.present + summary.failed)
        }
        progress.clear()
    }

    /// Splits rows, in order, so that each part has at most ``CreateUser/passwordsPerCall`` passwords.
    private static func parts(of rows: [(line: Int, request: CreateUser)]) -> [[(line: Int, request: CreateUser)]] {
        var parts: [[(line: Int, request: CreateUser)]] = []
        var passwords = CreateUser.passwordsPerCall
        for row in rows {
            let count = row.request.password == nil ? 0 : 1
            if parts.isEmpty || passwords + count > CreateUser.passwordsPerCall {
                parts.append([])
                passwords = 0
            }
            parts[parts.count - 1].append(row)
            passwords += count
        }
        return parts
    }

    /// Retries for a while when the service is overloaded or away, so that no row is lost silently.
    private func store(_ batch: [(line: Int, request: CreateUser)], _ users: any UsersAPI) async throws {
        var outage = Outage(base: .milliseconds(200), cap: .seconds(5))
        while true {
            do {
                try Task.checkCancellation()
                let outcomes = try await users.create(batch.map(\.request), requestID: requestID)
                for (row, outcome) in zip(batch, outcomes) { await count(row, outcome) }
                return
            } catch let error as ShippyError where [.overloaded, .limited, .unavailable].contains(error.code) {
                outage.fail()
                if outage.failures > 8 { throw error }
                try await Task.sleep(for: outage.pause)
            }
        }
    }

    private func count(_ row: (line: Int, request: CreateUser), _ outcome: Result<CreatedUser, ShippyError>) async {
        switch outcome {
        case .success(let created) where created.isNew:
            summary.created += 1
        case .success(let created):
            if created.user.name == row.request.name, created.user.company == row.request.company {
                summary.present += 1
            } else {
                let email = created.user.email.description.visiblyEscaped(limit: 80)
                await fail(row.line, ShippyError(.conflict, "a user with the e-mail address \(email) but a different name or company already exists"))
            }
        case .failure(let error):
            await fail(row.line, error)
        }
    }

    private func fail(_ line: Int, _ error: ShippyError) async {
        summary.failed += 1
        progress.clear()
        await Console.tell("line \(line): \(error.message)")
    }
}
