package import ShippyCore

/// One line of what a move has done: the rows of a table, or the events of a stream.
package struct MovedRows: JSONWritable, Hashable, Sendable {
    package let name: String
    package let count: Int
    /// Of all rows, in hexadecimal digits; empty in a plan. The same on both sides: otherwise there is no line, but an error.
    package let digest: String
    package let took: Duration

    package init(name: String, count: Int, digest: String = "", took: Duration = .zero) {
        self.name = name
        self.count = count
        self.digest = digest
        self.took = took
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("table", name)
            $0.field("rows", count)
            $0.field("sha256", digest.isEmpty ? nil : digest)
            $0.field("seconds", took.seconds)
        }
    }
}
