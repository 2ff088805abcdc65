import Foundation

/// The machine that this process runs on.
enum Host {
    static let name = ProcessInfo.processInfo.hostName
}
