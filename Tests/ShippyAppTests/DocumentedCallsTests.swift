import Foundation
import HTTPTypes
import ShippyAccess
import ShippyCore
import ShippyHTTPServer
import ShippyRPCServer
import Testing

@testable import ShippyOps
@testable import ShippyUsers

/// `docs/access.md` has a table of all calls for people. It says what the program does.
@Suite struct DocumentedCallsTests {
    /// What a row says about a call: with `local`, and with `token`.
    private typealias Demand = [String]

    /// The rows of the table with this heading, by call. A call that can be several operations has a row for each.
    private static func rows(_ heading: String, _ names: (_ cell: Substring) -> [String]) throws -> [String: Set<Demand>] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/access.md")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("| \(heading) |") })
        var rows: [String: Set<Demand>] = [:]
        for line in lines[(start + 2)...].prefix(while: { $0.hasPrefix("|") }) {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 3, "\(line)")
            for name in names(cells[0][...]) { rows[name, default: []].insert(Array(cells[1...])) }
        }
        return rows
    }

    /// The texts between backticks.
    private static func code(_ cell: Substring) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    }

    private static func text(_ requirement: Requirement) -> String {
        switch requirement {
        case .nothing: "open"
        case .token: "any token"
        case .oneselfOr(let role): "oneself, or `\(role.rawValue)`"
        case .role(let role): "`\(role.rawValue)`"
        }
    }

    private static func demand(_ operation: AccessOperation) -> Demand {
        func requirement(_ mode: AccessRules.Mode, _ signUp: AccessRules.SignUp) -> String {
            text(AccessRules(mode: mode, signUp: signUp).requirement(of: operation))
        }
        let (local, token) = (requirement(.local, .open), requirement(.token, .closed))
        let (closed, open) = (requirement(.local, .closed), requirement(.token, .open))
        return [
            local == closed ? local : "\(local), or \(closed) with `--sign-up closed`",
            token == open ? token : "\(token), or \(open) with `--sign-up open`",
        ]
    }

    @Test func everyRouteIsDocumentedWithWhatItDemands() throws {
        // `…/refresh` is the path before it with another end.
        let rows = try Self.rows("HTTP") { cell in
            var names: [String] = []
            for text in Self.code(cell) {
                names.append(text.hasPrefix("…/") ? names[names.count - 1].replacing(#/[^/]+$/#) { _ in text.dropFirst(2) } : text)
            }
            return names
        }
        var routes: [String: Set<Demand>] = [:]
        let demands =
            UsersHTTP.routes.all.map { ($0.label, $0.operation) } + OpsHTTP.routes.all.map { ($0.label, $0.operation) }
        for (label, operation) in demands {
            routes[label] = [operation.map(Self.demand) ?? ["as the method it calls", "as the method it calls"]]
        }
        #expect(routes.count == 29)
        for (label, demand) in routes { #expect(rows[label] == demand, "\(label)") }
        #expect(Set(rows.keys) == Set(routes.keys))
    }

    @Test func everyMethodIsDocumentedWithWhatItDemands() async throws {
        // A name without a service is of the service before it.
        let rows = try Self.rows("gRPC") { cell in
            var names: [String] = []
            for text in Self.code(cell) {
                let service = names.last.map { $0.prefix { $0 != "/" } } ?? ""
                names.append(text.contains("/") ? text : "\(service)/\(text)")
            }
            return names
        }
        var methods: [String: Set<Demand>] = [:]
        let test = try await ServicesUnderTest()
        for service in test.ports.flatMap(\.self) {
            for method in service.methods { methods[method] = Set(type(of: service).operations[method].map(Self.demand)) }
        }
        await test.close()
        for (method, demands) in methods { #expect(rows[method] == demands, "\(method)") }
        #expect(Set(rows.keys) == Set(methods.keys))
    }
}
