/// Writes JSON as bytes, in the order of the calls.
///
/// Foundation's encoder does not keep the order of keys and is ten times slower: too slow for tens of thousands of users and
/// hundreds of thousands of events a second. JSON is still read with Foundation.
///
/// Characters that a terminal might act on (``Swift/Unicode/Scalar/isUnsafeToShow``) are escaped, so the text is safe to show.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func newline() {
        bytes.append(10)
        needsComma = false
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginValue()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginValue()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// The name of the next value.
    package mutating func key(_ name: StaticString) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func key(utf8 name: UnsafeBufferPointer<UInt8>) {
        string(utf8: name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { string(utf8: $0) }
    }

    /// Invalid UTF-8 is replaced by U+FFFD.
    package mutating func string(utf8: UnsafeBufferPointer<UInt8>) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        if PlainASCII.isPlain(utf8) {
            bytes.append(contentsOf: utf8)
        } else {
            appendEscaped(String(decoding: utf8, as: UTF8.self))
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private mutating func appendEscaped(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes.append(contentsOf: #"\""#.utf8)
            case "\\": bytes.append(contentsOf: #"\\"#.utf8)
            case "\n": bytes.append(contentsOf: #"\n"#.utf8)
            case "\r": bytes.append(contentsOf: #"\r"#.utf8)
            case "\t": bytes.append(contentsOf: #"\t"#.utf8)
            case _ where scalar.isUnsafeToShow: bytes.append(contentsOf: scalar.visibleEscape.utf8)
            default: bytes.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
    }

    package mutating func time(_ value: Timestamp) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        value.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func integer(_ value: Int64) {
        beginValue()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value.magnitude
            var first = digits.count
            repeat {
                first -= 1
                digits.initializeElement(at: first, to: UInt8(truncatingIfNeeded: 48 + rest % 10))
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
        needsComma = true
    }

    package mutating func integer(_ value: Int) { integer(Int64(value)) }

    /// Rounded to three decimal places. Infinity and NaN become null.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        let rounded = (value * 1000).rounded() / 1000
        if let whole = Int64(exactly: rounded) { return integer(whole) }
        beginValue()
        bytes.append(contentsOf: "\(rounded)".utf8)
        needsComma = true
    }

    package mutating func bool(_ value: Bool) {
        beginValue()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    package mutating func null() {
        beginValue()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    package mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    // MARK: Members of an object

    // Nil is written as null.
    package mutating func field(_ name: StaticString, _ value: String?) { member(name, value) { $0.string($1) } }
    package mutating func field(_ name: StaticString, _ value: Int?) { member(name, value) { $0.integer($1) } }
    package mutating func field(_ name: StaticString, _ value: Int64?) { member(name, value) { $0.integer($1) } }
    package mutating func field(_ name: StaticString, _ value: Double?) { member(name, value) { $0.number($1) } }
    package mutating func field(_ name: StaticString, _ value: Bool?) { member(name, value) { $0.bool($1) } }
    package mutating func field(_ name: StaticString, _ value: Timestamp?) { member(name, value) { $0.time($1) } }
    package mutating func field<Value: JSONWritable>(_ name: StaticString, _ value: Value?) { member(name, value) { $0.value($1) } }

    private mutating func member<Value>(_ name: StaticString, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void) {
        key(name)
        if let value { write(&self, value) } else { null() }
    }

    /// An array of values.
    package mutating func field(_ name: StaticString, _ values: [some JSONWritable]) {
        key(name)
        array { json in values.forEach { json.value($0) } }
    }

    /// An object.
    package mutating func field(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    /// An array of objects, one for each element.
    package mutating func field<Element>(_ name: StaticString, _ elements: [Element], _ body: (inout JSONWriter, Element) -> Void) {
        key(name)
        array { json in
            for element in elements { json.object { body(&$0, element) } }
        }
    }

    // Names that are only known at run time.
    package mutating func field(named name: String, _ value: String) {
        key(named: name)
        string(value)
    }

    package mutating func field(named name: String, _ value: Int) {
        key(named: name)
        integer(value)
    }

    package mutating func field(named name: String, _ values: [String]) {
        key(named: name)
        array { json in values.forEach { json.string($0) } }
    }

    private mutating func key(named name: String) {
        var name = name
        name.withUTF8 { key(utf8: $0) }
    }

    // MARK: Bytes

    /// Appends bytes that must be a single JSON value and safe to show.
    package mutating func verbatim(_ json: some Collection<UInt8>) {
        beginValue()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}

/// A value with a JSON form, as the command contract defines it.
package protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

extension JSONWritable {
    /// The value as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}
