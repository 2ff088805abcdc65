import ShippyCore

extension MailQueue {
    /// Reads the mails that match, in batches, each once.
    func forEachPage(_ filter: MailFilter, limit: Int = MailChanges.batch, _ body: ([Mail]) async throws -> Void) async throws {
        var last: String?
        while true {
            try Task.checkCancellation()
            let page = try await mails(filter, after: last, limit: limit)
            if !page.isEmpty { try await body(page) }
            guard page.count == limit else { return }
            last = page.last?.id
        }
    }

    func count(_ filter: MailFilter) async throws -> Int {
        var count = 0
        try await forEachPage(filter, limit: 1000) { count += $0.count }
        return count
    }
}

extension ChangedMails {
    /// Changes the mails that somebody named.
    mutating func changeNamed(
        _ names: [String], _ store: any Store, _ change: ([String]) async throws -> [Result<Mail, ShippyError>]
    ) async throws {
        for start in stride(from: 0, to: names.count, by: MailChanges.batch) {
            var found: [Result<Mail, ShippyError>] = []
            for name in names[start..<min(start + MailChanges.batch, names.count)] {
                do {
                    found.append(.success(try await store.mail(typed: name)))
                } catch let error as ShippyError where error.code == .notFound || error.code == .conflict {
                    found.append(.failure(error))
                }
            }
            await add(found.filter { (try? $0.get()) == nil }, isNamed: true)
            let ids = found.compactMap { try? $0.get().id }
            if !ids.isEmpty { await add(try await change(ids), isNamed: true) }
        }
    }

    /// Prints one mail that was named as it is now, and otherwise how many there were.
    /// - Throws: the first refusal.
    func report(_ context: CommandContext, named: Int) async throws {
        if named > 1 {
            try await context.rendering.value(self, fields: fields)
        } else if let mail = changed.first {
            try await context.rendering.value(mail, fields: mail.fields)
        }
        if let error { throw error }
    }
}
