import Foundation
import ShippyCore
import ShippyTUI

/// Writes a list of instances to a file.
enum InstanceExport {
    private static let columns = ["service", "id", "address", "protocol", "version", "state", "ttl_left", "registered_at", "metadata"]

    /// Writes CSV if the path ends in `.csv`, otherwise one JSON object per line.
    /// - Throws: ``ShippyError`` `.conflict` when the file exists, `.failed` when it cannot be written.
    static func write(_ rows: [InstanceRow], to path: String) throws {
        let data = path.lowercased().hasSuffix(".csv") ? csv(rows) : json(rows)
        let file = open((path as NSString).expandingTildeInPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { throw ShippyError(.conflict, "\(path) already exists: choose another name") }
            throw failure(path)
        }
        defer { close(file) }
        try data.withUnsafeBytes { buffer in
            var position = 0
            while position < buffer.count {
                let count = Foundation.write(file, buffer.baseAddress! + position, buffer.count - position)
                if count > 0 { position += count } else if errno != EINTR { throw failure(path) }
            }
        }
    }

    private static func failure(_ path: String) -> ShippyError {
        ShippyError(.failed, "cannot write \(path): \(String(cString: strerror(errno)))")
    }

    private static func json(_ rows: [InstanceRow]) -> Data {
        var json = JSONWriter()
        for row in rows {
            json.value(row.instance)
            json.newline()
        }
        return Data(json.bytes)
    }

    private static func csv(_ rows: [InstanceRow]) -> Data {
        var text = columns.joined(separator: ",") + "\r\n"
        for row in rows {
            let instance = row.instance
            let values = [
                instance.service, instance.id, instance.address, instance.protocol, instance.version, row.state.name,
                instance.ttlLeft.map { "\($0)" } ?? "", instance.registeredAt?.description ?? "", instance.metadataText,
            ]
            text += values.map(CSVField.write).joined(separator: ",") + "\r\n"
        }
        return Data(text.utf8)
    }
}
