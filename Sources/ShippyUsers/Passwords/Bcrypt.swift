import CCrypt
import Foundation
import ShippyCore

/// bcrypt as libxcrypt computes it. Blocks the thread: each step of the cost doubles the time, which is about 0.2 s for 12.
enum Bcrypt {
    /// The costs that a stored hash may have. Higher ones, up to 31, would keep a thread busy for hours.
    static let costs = 4...20

    /// The random salt for a new hash, with its parameters: `$2b$12$` and 22 characters.
    static func setting(cost: Int) throws(ShippyError) -> String {
        var random = SystemRandomNumberGenerator()
        let seed = (0..<16).map { _ in CChar(bitPattern: UInt8.random(in: 0...255, using: &random)) }
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard crypt_gensalt_rn("$2b$", UInt(cost), seed, Int32(seed.count), &setting, Int32(setting.count)) != nil else {
            throw ShippyError(.failed, "cannot make a bcrypt salt of cost \(cost): \(String(cString: strerror(errno)))")
        }
        return String(decoding: setting.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The hash of a password with the parameters and the salt of `setting`, which may be a whole hash.
    static func hash(_ password: String, _ setting: String) throws(ShippyError) -> String {
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer {
            // Clears the password from the struct, including libxcrypt's scratch memory.
            memset(data, 0, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        memset(data, 0, MemoryLayout<crypt_data>.size)
        guard let hash = crypt_rn(password, setting, data, Int32(MemoryLayout<crypt_data>.size)) else {
            throw ShippyError(.failed, "bcrypt failed: \(String(cString: strerror(errno)))")
        }
        return String(cString: hash)
    }
}
