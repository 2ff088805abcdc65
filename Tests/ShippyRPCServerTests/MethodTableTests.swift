import GRPCCore
import NIOHPACK
import Testing

@testable import ShippyRPCServer

struct MethodTableTests {
    private static let get = MethodDescriptor(fullyQualifiedService: "pb.UserService", method: "Get")

    private static var table: MethodTable {
        var table = MethodTable(services: ["UserService": "pb.UserService", "Auth": "pb.UserService"])
        table.add(get)
        return table
    }

    @Test(arguments: [
        "/pb.UserService/Get", "/go.micro.srv.user.UserService/Get", "/auth.Auth/Get", "/user.UserService/Get",
        "/shippy.service.user.UserService/Get", "/Auth/Get",
    ])
    func aServiceIsFoundByTheLastPartOfItsName(path: String) {
        #expect(Self.table[path] == Self.get)
    }

    @Test(arguments: [
        "/pb.UserService/Put", "/other.Service/Get", "/UserService.pb/Get", "/xUserService/Get", "pb.UserService/Get", "/pb.UserService/Get/",
        "//Get", "/.UserService", "/", "",
    ])
    func nothingElseIsFound(path: String) {
        #expect(Self.table[path] == nil)
    }

    @Test(arguments: ["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8", "Application/GRPC"])
    func messagesAreProtobuf(contentType: String) throws {
        #expect(throws: Never.self) { try head(contentType) }
    }

    /// A message in JSON that is parsed as protobuf could mean anything.
    @Test func messagesInJSONAreNotParsed() {
        #expect {
            try head("application/grpc+json")
        } throws: { error in
            guard case RequestHead.Refusal.grpc(let status) = error else { return false }
            return status.code == .unimplemented && status.message.contains("json")
        }
    }

    @Test(arguments: ["application/grpc-web", "application/grpcx", "application/json", ""])
    func whatIsNotGRPCIsRefused(contentType: String) {
        #expect {
            try head(contentType)
        } throws: { error in
            guard case RequestHead.Refusal.http(status: 415) = error else { return false }
            return true
        }
    }

    private func head(_ contentType: String) throws -> RequestHead {
        try RequestHead(
            [":method": "POST", ":path": "/pb.UserService/Get", "content-type": contentType], methods: Self.table, metadataLimit: 8192)
    }
}
