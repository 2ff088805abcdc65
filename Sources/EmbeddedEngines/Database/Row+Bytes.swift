import Foundation
import GRDB

extension Row {
    func bytes(at index: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: index) { $0.map([UInt8].init) ?? [] }
    }
}
