/// Chooses mails in the order they are due, and no more of one domain than it may have.
package struct DomainQuota {
    /// The ids of those chosen.
    package private(set) var chosen: [String] = []
    /// Domains of which no more may be taken: the next look leaves them out.
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

    /// The domains of which nothing may be taken under these limits.
    package static func full(_ domainLimits: [String: Int]) -> Set<String> { Set(domainLimits.filter { $0.value <= 0 }.keys) }

    /// Takes what it may of due mails, which come in their order and without those of full domains.
    ///
    /// - Returns: whether another look may find more, because a domain is full now that was not before.
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
