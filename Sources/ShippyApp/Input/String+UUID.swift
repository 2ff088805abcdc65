import Foundation

extension String {
    /// Whether this is an ID as shippy makes them, in upper or lower case.
    var isUUID: Bool { utf8.count == 36 && UUID(uuidString: self) != nil }
}
