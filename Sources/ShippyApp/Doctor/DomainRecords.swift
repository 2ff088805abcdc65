import CResolver
import ShippyCore

/// What the name servers say of a domain from which mails are sent.
struct DomainRecords: Hashable, Sendable {
    enum Answer: Hashable, Sendable {
        case records(DomainRecords)
        /// The domain does not exist.
        case none
        /// No name server answered.
        case unknown
    }

    /// Whether somebody takes mail for the domain: bounces and answers go there.
    var takesMail: Bool
    /// The domain's SPF record (RFC 7208): which servers may send its mail; nil if there is none.
    var senders: String?

    private static let (mx, txt): (Int32, Int32) = (15, 16)

    /// Asks for some seconds at most, and blocks the thread.
    ///
    /// - Parameter server: ask this name server instead of the system's: an IPv4 address.
    static func of(_ domain: String, server: HostPort? = nil) -> Answer {
        var text = [CChar](repeating: 0, count: 16 * 1024)
        func ask(_ type: Int32) -> Int32 {
            shippy_dns_records(domain, type, server?.host, Int32(server?.port ?? 0), &text, text.count)
        }
        let exchangers = ask(mx)
        guard exchangers > -2 else { return .unknown }
        guard exchangers > -1 else { return .none }
        guard ask(txt) > -2 else { return .unknown }
        let lines = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: "\n")
        let senders = lines.first { $0.lowercased() == "v=spf1" || $0.lowercased().hasPrefix("v=spf1 ") }
        return .records(DomainRecords(takesMail: exchangers > 0, senders: senders.map(String.init)))
    }

    /// - Parameter domain: of the sender of mails.
    static func findings(_ answer: Answer, of domain: String) -> [Finding] {
        let name = domain.visiblyEscaped(limit: 100)
        switch answer {
        // A machine without name servers may well send mail, by a relay.
        case .unknown: return []
        case .none:
            return [.fault(.mail, "mails come from \(name), a domain that does not exist", advice: "set --mail-from to an address of your domain")]
        case .records(let records):
            var findings: [Finding] = []
            if !records.takesMail {
                findings.append(
                    .warning(.mail, "nobody takes mail for \(name): bounces and answers are lost", advice: "give the domain an MX record"))
            }
            if records.senders == nil {
                findings.append(
                    .warning(
                        .mail, "\(name) has no SPF record, so other servers may take its mails for forged",
                        advice: "publish which servers send them: a TXT record such as `v=spf1 mx -all`"))
            }
            return findings
        }
    }
}
