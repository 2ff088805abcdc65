import Glibc

/// C strings that live as long as this object, for the fields of C structures.
final class CStrings {
    private var pointers: [UnsafeMutablePointer<CChar>] = []
    private var lists: [UnsafeMutablePointer<UnsafePointer<CChar>?>] = []

    deinit {
        pointers.forEach { free($0) }
        lists.forEach { $0.deallocate() }
    }

    func callAsFunction(_ text: String) -> UnsafePointer<CChar>? {
        guard let copy = strdup(text) else { return nil }
        pointers.append(copy)
        return UnsafePointer(copy)
    }

    func list(_ texts: [String]) -> UnsafeMutablePointer<UnsafePointer<CChar>?> {
        let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: texts.count)
        for (index, text) in texts.enumerated() { list[index] = self(text) }
        lists.append(list)
        return list
    }
}
