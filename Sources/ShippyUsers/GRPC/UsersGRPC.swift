package import GRPCCore
package import Logging
import ShippyCore
package import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf

/// `shippy.v1.Users`: the service for shippy's own commands.
package struct UsersGRPC: Shippy_V1_Users.ServiceProtocol {
    private let users: UsersService
    private let harness: CallHarness

    package init(users: UsersService, logger: Logger) {
        self.users = users
        harness = CallHarness(service: "users", logger: logger)
    }

    package func create(
        request: ServerRequest<Shippy_V1_CreateRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_CreateReply> {
        try await harness.answer("shippy.v1.Users/Create", request) { message, requestID in
            let outcomes = try await users.create(message.users.map(CreateUser.init), requestID: requestID)
            return .with { $0.outcomes = outcomes.map(Shippy_V1_Outcome.init) }
        }
    }

    package func get(request: ServerRequest<Shippy_V1_GetRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer("shippy.v1.Users/Get", request) { message, _ in
            Shippy_V1_UserRecord(try await users.user(message.idOrEmail))
        }
    }

    package func list(request: ServerRequest<Shippy_V1_ListRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_ListReply> {
        try await harness.answer("shippy.v1.Users/List", request) { message, _ in
            let page = try await users.users(after: message.after.isEmpty ? nil : message.after, limit: Int(message.limit))
            return .with { $0.users = page.map(Shippy_V1_UserRecord.init) }
        }
    }

    package func delete(
        request: ServerRequest<Shippy_V1_DeleteRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer("shippy.v1.Users/Delete", request) { message, _ in
            Shippy_V1_UserRecord(try await users.delete(message.idOrEmail))
        }
    }
}
