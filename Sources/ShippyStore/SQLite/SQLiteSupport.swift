import Foundation
import GRDB

extension [UInt8] {
    var databaseData: Data { Data(self) }
}

extension Row {
    func bytes(at index: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: index) { $0.map([UInt8].init) ?? [] }
    }
}
