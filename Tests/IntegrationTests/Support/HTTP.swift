import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A small HTTP client for tests, whose connections go with it.
final class HTTP: Sendable {
    struct Reply: Sendable {
        var status: Int
        var body: String
        var headers: [String: String]

        var json: [String: Any]? { (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] }
    }

    private let session: URLSession

    init(timeout: Double = 30) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        configuration.httpMaximumConnectionsPerHost = 64
        session = URLSession(configuration: configuration)
    }

    deinit { session.invalidateAndCancel() }

    func get(_ address: String, _ path: String, token: String? = nil) async throws -> Reply {
        var request = URLRequest(url: URL(string: "http://\(address)\(path)")!)
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        return try await send(request)
    }

    func post(_ address: String, _ path: String, _ body: String, headers: [String: String] = [:], method: String = "POST") async throws -> Reply {
        var request = URLRequest(url: URL(string: "http://\(address)\(path)")!)
        request.httpMethod = method
        request.httpBody = Data(body.utf8)
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        return try await send(request)
    }

    private func send(_ request: URLRequest) async throws -> Reply {
        let (data, response) = try await session.data(for: request)
        let reply = response as! HTTPURLResponse
        let headers = Dictionary(uniqueKeysWithValues: reply.allHeaderFields.map { ("\($0)".lowercased(), "\($1)") })
        return Reply(status: reply.statusCode, body: String(decoding: data, as: UTF8.self), headers: headers)
    }
}
