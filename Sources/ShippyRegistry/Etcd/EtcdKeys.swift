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

    /// The service and the rest of a key below `prefix`.
    static func parse(_ key: Data, below prefix: String) -> Instance.Key? {
        let text = String(decoding: key, as: UTF8.self)
        guard let rest = text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : nil, let slash = rest.firstIndex(of: "/") else { return nil }
        return Instance.Key(service: String(rest[..<slash]), id: String(rest[rest.index(after: slash)...]))
    }
}
