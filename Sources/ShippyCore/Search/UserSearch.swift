/// Finds the users of a filter with a text, in the filter's order.
///
/// The index only excludes: whoever it does not exclude is read and looked at. Users whom it has not reached yet, and those changed since,
/// are looked at, too.
package struct UserSearch<Reader: UserSearchReader> {
    /// A run of IDs: those of a segment, or those after the last one.
    private struct Part {
        /// nil for the users after the last segment.
        var segment: Int64?
        var range: UserRange
    }

    /// A user whom the index does not exclude.
    private struct Candidate {
        var part: Int
        var block: Int64
        var place: Int
    }

    /// How many users of a small group are read first: reading them all is the fastest if there are so few.
    private static var groupProbe: Int { 2000 }
    private static var pageSize: Int { 1000 }
    /// The most segments whose maps are read at once.
    private static var mostSegments: Int { 64 }

    private let reader: Reader
    private let filter: UserFilter
    private let bits: [Int]

    /// - Parameter match: the text of `filter`.
    package init(_ filter: UserFilter, _ match: UserMatch, _ reader: Reader) {
        self.reader = reader
        self.filter = filter
        bits = Array(match.words.reduce(into: Set<Int>()) { $0.formUnion(UserGrams.bits(ofWord: $1)) })
    }

    package func users(_ range: UserRange, limit: Int) throws -> [UserRecord] {
        var found: [UserRecord] = []
        guard limit > 0 else { return found }
        try forEach(in: range) { record in
            found.append(record)
            return found.count < limit
        }
        return found
    }

    package func count(_ range: UserRange) throws -> Int {
        var count = 0
        try forEach(in: range) { _ in
            count += 1
            return true
        }
        return count
    }

    /// - Parameter body: returns whether to go on.
    private func forEach(in range: UserRange, _ body: (UserRecord) -> Bool) throws {
        var range = range
        if filter.isOfFew {
            guard try scan(&range, upTo: Self.groupProbe, body) else { return }
        }
        var parts = try parts(of: range)
        var count = 1
        while !parts.isEmpty {
            let group = Array(parts.prefix(parts[0].segment == nil ? 1 : count))
            // The users after the last segment are a group of their own.
            let segments = group.prefix { $0.segment != nil }
            if segments.isEmpty {
                var rest = group[0].range
                guard try scan(&rest, upTo: .max, body) else { return }
                parts.removeFirst()
            } else {
                guard try search(Array(segments), body) else { return }
                parts.removeFirst(segments.count)
                count = min(count * 4, Self.mostSegments)
            }
        }
    }

    /// Looks at every user of a range, and takes those whom it has looked at out of it.
    /// - Returns: whether to go on with the rest of the range.
    private func scan(_ range: inout UserRange, upTo most: Int, _ body: (UserRecord) -> Bool) throws -> Bool {
        var seen = 0
        while seen < most {
            let page = try reader.users(filter, in: range, limit: Self.pageSize)
            for record in page where filter.matches(record) {
                guard body(record) else { return false }
            }
            // Nothing is left of the range. A small group was looked for in all of them, and a part is followed by others.
            guard page.count == Self.pageSize, let last = page.last else { return most == .max }
            seen += page.count
            if filter.newestFirst { range.before = last.id } else { range.after = last.id }
        }
        return true
    }

    private func parts(of range: UserRange) throws -> [Part] {
        var parts: [Part] = []
        var first = ""
        for segment in try reader.segments() {
            // The range's end comes after its last ID.
            parts.append(Part(segment: segment.number, range: UserRange(after: first, before: segment.lastID + " ")))
            first = segment.lastID
        }
        parts.append(Part(segment: nil, range: UserRange(after: first)))
        parts = parts.compactMap { part in
            var part = part
            part.range.after = max(part.range.after, range.after)
            if let end = range.before { part.range.before = part.range.before.map { min($0, end) } ?? end }
            if let end = part.range.before, end <= part.range.after { return nil }
            return part
        }
        return filter.newestFirst ? parts.reversed() : parts
    }

    /// - Returns: whether to go on.
    private func search(_ parts: [Part], _ body: (UserRecord) -> Bool) throws -> Bool {
        let first = filter.newestFirst ? parts.last! : parts.first!
        let last = filter.newestFirst ? parts.first! : parts.last!
        var changed = try reader.changedUsers(UserRange(after: first.range.after, before: last.range.before))[...]
        if filter.newestFirst { changed = changed.reversed()[...] }
        let maps = try reader.maps(parts.flatMap { part in bits.map { UserSegment.key(part.segment!, $0) } })
        var waiting: [Candidate] = []
        for (index, part) in parts.enumerated() {
            guard let places = places(in: part.segment!, maps) else {
                guard try look(at: waiting, parts, &changed, upTo: part, body) else { return false }
                waiting = []
                var rest = part.range
                while changed.first.map(part.range.contains) == true { changed.removeFirst() }
                guard try scan(&rest, upTo: .max, body) else { return false }
                continue
            }
            waiting += places.map { place in
                Candidate(
                    part: index, block: UserSegment.key(part.segment!, place / UserSegment.blockSize), place: place % UserSegment.blockSize)
            }
            if waiting.count >= Self.pageSize {
                guard try look(at: waiting, parts, &changed, upTo: index + 1 < parts.count ? parts[index + 1] : nil, body) else { return false }
                waiting = []
            }
        }
        return try look(at: waiting, parts, &changed, upTo: nil, body)
    }

    /// The places of those in a segment who have all the bits, in the list's order; nil if they are so many that all users of the segment
    /// are read faster.
    private func places(in segment: Int64, _ maps: [Int64: [UInt8]]) -> [Int]? {
        guard let firstBit = bits.first, var common = maps[UserSegment.key(segment, firstBit)] else { return nil }
        for bit in bits.dropFirst() {
            guard let map = maps[UserSegment.key(segment, bit)], map.count == common.count else { return nil }
            for index in common.indices { common[index] &= map[index] }
        }
        let count = common.reduce(0) { $0 + $1.nonzeroBitCount }
        guard count <= common.count else { return nil }
        var places: [Int] = []
        places.reserveCapacity(count)
        for (index, byte) in common.enumerated() where byte != 0 {
            for bit in 0..<8 where byte & 1 << UInt8(bit) != 0 { places.append(index * 8 + bit) }
        }
        return filter.newestFirst ? places.reversed() : places
    }

    /// Reads candidates and the changed users among them, and looks at them.
    /// - Parameter next: the part that comes after them; nil for the end of the group.
    /// - Returns: whether to go on.
    private func look(
        at candidates: [Candidate], _ parts: [Part], _ changed: inout ArraySlice<String>, upTo next: Part?, _ body: (UserRecord) -> Bool
    ) throws -> Bool {
        let blocks = try reader.blocks(Array(Set(candidates.map(\.block)))).mapValues { $0.split(separator: "\n") }
        var ids: [String] = []
        for candidate in candidates {
            guard let block = blocks[candidate.block], candidate.place < block.count else { continue }
            let id = String(block[candidate.place])
            // A segment that was split still has the users of its other part.
            if parts[candidate.part].range.contains(id) { ids.append(id) }
        }
        var due: [String] = []
        while let id = changed.first, isBefore(id, next) {
            due.append(id)
            changed.removeFirst()
        }
        if !due.isEmpty {
            ids = Array(Set(ids).union(due)).sorted()
            if filter.newestFirst { ids.reverse() }
        }
        var rest = ids[...]
        while !rest.isEmpty {
            let page = Array(rest.prefix(Self.pageSize))
            rest = rest.dropFirst(page.count)
            for record in try reader.users(ids: page) where filter.matches(record) {
                guard body(record) else { return false }
            }
        }
        return true
    }

    /// Whether an ID comes before a part in the list's order.
    private func isBefore(_ id: String, _ part: Part?) -> Bool {
        guard let part else { return true }
        return filter.newestFirst ? part.range.before.map { id >= $0 } ?? false : id <= part.range.after
    }
}

extension UserFilter {
    /// Whether it asks for a group of users that is usually small, and has an index of its own.
    package var isOfFew: Bool { role.map { $0 != .user } ?? false || state == .disabled }
}
