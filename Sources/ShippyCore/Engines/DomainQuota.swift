/// Chooses mails in due order, up to a limit per domain.
package struct DomainQuota {
    /// The IDs of the chosen mails.
    package private(set) var chosen: [String] = []
    /// Domains that have reached their limit. The next query leaves them out.
    package private(set) var full: Set<String>

    private let limit: Int
    private let fallback: Int
    private var left: [String: Int]
    private var known: Set<String> = []

    package init(limit: Int, domainLimits: [String: Int], defaultDomainLimit: Int) {
        self.limit = limit
        fallback = defaultDomainLimit
        left = domainLimits
        full = Self.full(domainLimits)
    }

    /// The domains with a limit of zero or less.
    package static func full(_ domainLimits: [String: Int]) -> Set<String> { Set(domainLimits.filter { $0.value <= 0 }.keys) }

    /// Chooses from due mails, in order. They must not include mails of full domains.
    ///
    /// - Returns: whether another query may find more mails, because a domain became full.
    package mutating func take(_ due: [(id: String, domain: String)]) -> Bool {
        let before = chosen.count
        var hasFilled = false
        for (id, domain) in due where chosen.count < limit {
            guard !full.contains(domain), known.insert(id).inserted else { continue }
            chosen.append(id)
            let rest = (left[domain] ?? fallback) - 1
            left[domain] = rest
            if rest <= 0 {
                full.insert(domain)
                hasFilled = true
            }
        }
        return chosen.count < limit && chosen.count > before && hasFilled
    }
}
