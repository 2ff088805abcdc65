import Foundation
import ShippyCore

/// What is where in etcd.
///
/// | key | value |
/// | --- | --- |
/// | `/services/SERVICE/HOST:PORT` | `HOST:PORT`: what go-kit's clients list and dial |
/// | `/shippy/instances/SERVICE/ID` | the instance as JSON, under the same lease |
/// | `/micro/registry/SERVICE/NODE` | what go-micro's programs register |
enum EtcdKeys {
    static let instances = "/shippy/instances/"
    static let goKit = "/services/"
    static let goMicro = "/micro/registry/"

    /// Keys that begin with `prefix`, for one service or all.
    static func range(_ prefix: String, service: String?) -> (key: Data, end: Data) {
        let key = [UInt8]((prefix + (service.map { "\($0)/" } ?? "")).utf8)
        var end = key
        // All of them end with a slash, so the last byte can be counted up.
        end[end.count - 1] += 1
        return (Data(key), Data(end))
    }

    static func instance(_ key: Instance.Key) -> Data { Data("\(instances)\(key.service)/\(key.id)".utf8) }

    static func goKit(_ instance: Instance) -> Data { Data("\(goKit)\(instance.service)/\(instance.address)".utf8) }

    /// The service and the rest of a key below `prefix`; nil where one of them is missing, or the key is no text.
    static func parse(_ key: Data, below prefix: String) -> (service: String, name: String)? {
        guard key.starts(with: prefix.utf8), let text = String(validating: key.dropFirst(prefix.utf8.count), as: UTF8.self),
            let slash = text.firstIndex(of: "/")
        else { return nil }
        let (service, name) = (String(text[..<slash]), String(text[text.index(after: slash)...]))
        return service.isEmpty || name.isEmpty ? nil : (service, name)
    }
}
