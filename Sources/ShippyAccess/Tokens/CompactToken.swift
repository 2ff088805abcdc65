/// The three parts of a JWT in compact form (RFC 7515, 3.1), decoded but neither verified nor believed.
struct CompactToken {
    let header: JSONObject
    let claims: [UInt8]
    let signature: [UInt8]
    /// What the signature is of.
    let signed: ArraySlice<UInt8>

    /// - Throws: ``TokenRefusal`` for anything but three parts in canonical base64url, the first of which is a JSON object.
    init(_ text: [UInt8]) throws(TokenRefusal) {
        let dot = UInt8(ascii: ".")
        guard let first = text.firstIndex(of: dot), let second = text[(first + 1)...].firstIndex(of: dot), !text[(second + 1)...].contains(dot)
        else { throw .parts }
        guard let header = Base64URL.bytes(text[..<first]), let claims = Base64URL.bytes(text[(first + 1)..<second]),
            let signature = Base64URL.bytes(text[(second + 1)...])
        else { throw .encoding }
        self.header = try StrictJSON.object(header)
        self.claims = claims
        self.signature = signature
        signed = text[..<second]
    }

    /// Refuses another algorithm or type, and any member besides `alg`, `typ` and `others`: `crit`, `jku`, `jwk`, `x5u`, `x5c` and `b64`
    /// among them.
    func checkHeader(algorithm: String, others: [String]) throws(TokenRefusal) {
        guard case .string(algorithm)? = header["alg"] else { throw .algorithm }
        guard case .string("JWT")? = header["typ"] else { throw .type }
        guard header.members.allSatisfy({ $0.name == "alg" || $0.name == "typ" || others.contains($0.name) }) else { throw .header }
    }
}
