import Foundation
import ShippyCore

/// The keys in etcd. The raw value is the ID of the watcher of these keys.
///
/// | key | value |
/// | --- | --- |
/// | `/shippy/instances/SERVICE/ID` | the instance as JSON |
/// | `/services/SERVICE/HOST:PORT` | `HOST:PORT`, which go-kit's clients list and dial. shippy's instances are here, too, under the same lease |
/// | `/micro/registry/SERVICE/NODE` | an instance of a go-micro program |
enum Keyspace: Int64, CaseIterable {
    case shippy = 1
    case goKit, goMicro

    var prefix: String {
        switch self {
        case .shippy: "/shippy/instances/"
        case .goKit: "/services/"
        case .goMicro: "/micro/registry/"
        }
    }

    /// The keys of one service or all.
    func range(service: String?) -> (key: Data, end: Data) {
        let key = [UInt8]((prefix + (service.map { "\($0)/" } ?? "")).utf8)
        var end = key
        // All prefixes end with a slash, so the last byte can be incremented.
        end[end.count - 1] += 1
        return (Data(key), Data(end))
    }

    /// The key of a shippy instance.
    static func key(of instance: Instance.Key) -> Data { Data("\(shippy.prefix)\(instance.service)/\(instance.id)".utf8) }

    /// The key at which go-kit's clients look for it.
    static func goKitKey(of instance: Instance) -> Data { Data("\(goKit.prefix)\(instance.service)/\(instance.address)".utf8) }

    func contains(_ key: Data) -> Bool { key.starts(with: prefix.utf8) }

    /// The service and the rest of a key; nil if either is missing, or the key is not valid UTF-8.
    func parse(_ key: Data) -> (service: String, name: String)? {
        guard contains(key), let text = String(validating: key.dropFirst(prefix.utf8.count), as: UTF8.self), let slash = text.firstIndex(of: "/")
        else { return nil }
        let (service, name) = (String(text[..<slash]), String(text[text.index(after: slash)...]))
        return service.isEmpty || name.isEmpty ? nil : (service, name)
    }

    /// The instance in this pair; nil if it cannot be read, or is the go-kit copy of one of our own.
    func instance(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        switch self {
        case .shippy: Shippy_Registry_InstanceDetails.instance(pair)
        // The go-kit key of an instance of ours comes and goes with the instance, so it is not reported.
        case .goKit: ForeignInstance.goKit(pair)
        case .goMicro: ForeignInstance.goMicro(pair)
        }
    }

    func instances(_ pairs: [Etcdserverpb_KeyValue]) -> [Instance] {
        self == .shippy ? Shippy_Registry_InstanceDetails.instances(pairs) : pairs.compactMap(instance)
    }

    /// The instance of a key without its value.
    func instanceKey(_ key: Data) -> Instance.Key? {
        switch self {
        case .shippy: Shippy_Registry_InstanceDetails.key(key)
        case .goKit: ForeignInstance.goKitKey(key)
        case .goMicro: ForeignInstance.goMicroKey(key)
        }
    }
}
