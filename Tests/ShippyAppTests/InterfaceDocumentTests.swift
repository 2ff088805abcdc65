import Foundation
import ShippyAccess
import ShippyHTTPServer
import Testing

@testable import ShippyOps
@testable import ShippyUsers

/// `/openapi.json` says what the program does.
@Suite struct InterfaceDocumentTests {
    private typealias Object = [String: Any]

    /// An operation of the document, with the parameters of its path.
    private struct Documented {
        var operation: Object
        var parameters: [Object]
    }

    private static func document() throws -> Object {
        try #require(JSONSerialization.jsonObject(with: Data(InterfaceDocument.json.utf8)) as? Object)
    }

    /// What a reference leads to, or the value itself.
    private static func resolved(_ value: Any?, _ document: Object) throws -> Object {
        let object = try #require(value as? Object)
        guard let reference = object["$ref"] as? String else { return object }
        let found = reference.split(separator: "/").dropFirst().reduce(document as Any?) { ($0 as? Object)?[String($1)] }
        return try #require(found as? Object, "\(reference) leads nowhere")
    }

    /// By method and path.
    private static func documented(_ document: Object) throws -> [String: Documented] {
        var found: [String: Documented] = [:]
        for (path, value) in try #require(document["paths"] as? [String: Object]) {
            let shared = value["parameters"] as? [Any] ?? []
            for (method, operation) in value where !["parameters", "servers"].contains(method) {
                let operation = try #require(operation as? Object)
                let parameters = try (shared + (operation["parameters"] as? [Any] ?? [])).map { try resolved($0, document) }
                found["\(method.uppercased()) \(path)"] = Documented(operation: operation, parameters: parameters)
            }
        }
        return found
    }

    /// All routes of both ports: what they demand, whether their path has a parameter, and the names in their query.
    private static let routes =
        UsersHTTP.routes.all.map { (label: $0.label, operation: $0.operation, hasParameter: $0.path.hasParameter, query: $0.query) }
        + OpsHTTP.routes.all.map { (label: $0.label, operation: $0.operation, hasParameter: $0.path.hasParameter, query: $0.query) }

    @Test func everyRouteIsDescribedAndNothingElse() throws {
        let documented = try Self.documented(Self.document())
        #expect(Set(documented.keys) == Set(Self.routes.map(\.label)))
        let names = documented.values.compactMap { $0.operation["operationId"] as? String }
        #expect(Set(names).count == documented.count)
    }

    @Test func theParametersAreThoseOfTheRoutes() throws {
        let documented = try Self.documented(Self.document())
        for route in Self.routes {
            let parameters = documented[route.label]?.parameters ?? []
            func names(_ place: String) -> [String] {
                parameters.filter { $0["in"] as? String == place }.compactMap { $0["name"] as? String }.sorted()
            }
            #expect(names("path") == (route.hasParameter ? ["id"] : []), "\(route.label)")
            if let query = route.query { #expect(names("query") == query.sorted(), "\(route.label)") }
        }
    }

    /// No security for what is never demanded, an optional one for what depends on the settings.
    @Test func whatARouteDemandsIsDescribed() throws {
        let documented = try Self.documented(Self.document())
        let rules = AccessRules.Mode.allCases.flatMap { mode in AccessRules.SignUp.allCases.map { AccessRules(mode: mode, signUp: $0) } }
        for route in Self.routes {
            let isOpen = rules.map { rules in route.operation.map { rules.requirement(of: $0) == .nothing } }
            let security = documented[route.label]?.operation["security"] as? [Object]
            if isOpen.contains(nil) || (isOpen.contains(true) && isOpen.contains(false)) {
                #expect(security?.map(\.keys.first) == [nil, "bearer"], "\(route.label)")
            } else if isOpen.contains(true) {
                #expect(security?.isEmpty == true, "\(route.label)")
            } else {
                #expect(security == nil, "\(route.label)")
            }
        }
    }

    @Test func theFieldsOfBodiesAreThoseThatAreRead() throws {
        let document = try Self.document()
        let bodies: [String: [String]] = [
            "NewUser": CreateBody.fields, "UserDetails": UserDetails.fields, "Credentials": LoginBody.fields, "RefreshToken": RefreshBody.fields,
            "Address": LinkRequestBody.fields, "PasswordReset": PasswordResetBody.fields, "PasswordChange": PasswordChangeBody.fields,
            "Confirmation": ConfirmationBody.fields,
        ]
        let strict = try #require((document["components"] as? Object)?["schemas"] as? [String: Object]).filter {
            $0.value["additionalProperties"] as? Bool == false
        }
        #expect(Set(strict.keys) == Set(bodies.keys))
        for (name, schema) in strict {
            #expect(Set((schema["properties"] as? Object ?? [:]).keys) == Set(bodies[name] ?? []), "\(name)")
        }
    }
}
