import CCurl
import Foundation
import ShippyCore

/// A libcurl handle, and the connection that it keeps.
///
/// `@unchecked Sendable`: ``SMTPMailer`` passes it to one thread at a time.
final class SMTPConnection: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    private let options: SMTPMailer.Options
    /// The first option that libcurl refused. Then nothing is sent, because it may be the one that requires TLS.
    private var refusedOption: CURLcode?
    /// The last transfer. libcurl keeps calling it, to send QUIT, until the next one begins or the handle is freed.
    private var transfer: Transfer?

    /// The data that libcurl's callbacks read and write during a transfer.
    private final class Transfer {
        let message: [UInt8]
        let isOurs: @Sendable () -> Bool
        let deadline: Duration
        var position = 0
        var isWithdrawn = false
        /// When the attempt began, or when libcurl had taken the whole message.
        var since = ContinuousClock.now
        var isWhole = false
        /// The last command sent to the server, except the QUIT after a failure, and its reply.
        var step = SMTPStep.session
        var lastReply = ""

        init(message: [UInt8], deadline: Duration, isOurs: @escaping @Sendable () -> Bool) {
            self.message = message
            self.deadline = deadline
            self.isOurs = isOurs
        }

        /// Whether to give up. A server that has the whole message may take minutes to reply, and may have accepted it: giving up
        /// then may mean sending it twice (RFC 1047; RFC 5321, section 4.5.3.2.6, asks for ten minutes).
        var isLate: Bool { since.duration(to: .now) > (isWhole ? SMTPConnection.patience(deadline) : deadline) }
    }

    /// How long to wait for the reply to a whole message.
    private static func patience(_ deadline: Duration) -> Duration { deadline * 20 }

    /// Whether the connection is in step with the server, so that another mail can be sent over it.
    private(set) var isReusable = true

    init(options: SMTPMailer.Options) {
        self.options = options
        // NULL only if out of memory.
        handle = curl_easy_init()!
        configure()
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    private func configure() {
        let scheme = options.security == .implicit ? "smtps" : "smtp"
        let host = options.host.contains(":") ? "[\(options.host)]" : options.host
        // The path is the name sent with EHLO.
        set(CURLOPT_URL, "\(scheme)://\(host):\(options.port)/\(Self.ownName)")
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // No proxy, whatever `ALL_PROXY` says: it would read mails that are sent without encryption.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_USE_SSL, options.security == .plain ? Int(CURLUSESSL_NONE.rawValue) : Int(CURLUSESSL_ALL.rawValue))
        set(CURLOPT_SSLVERSION, 6)  // CURL_SSLVERSION_TLSv1_2, a member of an anonymous enum
        if let caFile = options.caFile { set(CURLOPT_CAINFO, caFile) }
        if let user = options.user, let password = options.password {
            set(CURLOPT_USERNAME, user)
            set(CURLOPT_PASSWORD, password)
        }
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_NOPROGRESS, 0)
        check(
            shippy_curl_set_progress(handle) { context, _, _, _, _ in
                guard let context else { return 0 }
                return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().isLate ? 1 : 0
            })
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(options.deadline, .seconds(10)).milliseconds))
        // Shorter than the minutes after which servers close idle connections.
        set(CURLOPT_MAXAGE_CONN, 60)
        check(
            shippy_curl_set_transfer(handle, CURLOPT_READFUNCTION) { buffer, size, count, context in
                let transfer = Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
                let length = min(size * count, transfer.message.count - transfer.position)
                // The end of the message: libcurl now sends the dot, with which the server takes the mail.
                if length == 0 {
                    guard transfer.isOurs() else {
                        transfer.isWithdrawn = true
                        return Int(CURL_READFUNC_ABORT)
                    }
                    transfer.isWhole = true
                    transfer.since = .now
                }
                transfer.message.withUnsafeBytes { bytes in
                    if length > 0 { memcpy(buffer!, bytes.baseAddress! + transfer.position, length) }
                }
                transfer.position += length
                return length
            })
        check(
            shippy_curl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { buffer, size, count, context in
                let transfer = Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
                let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
                let reply = String(decoding: bytes, as: UTF8.self)
                if !reply.hasPrefix("221") { transfer.lastReply = reply }
                if transfer.step == .data, reply.hasPrefix("354") {
                    transfer.step = .message
                    transfer.lastReply = ""
                }
                return size * count
            })
        // Shows which command a reply belongs to. Nothing of it is shown or kept, because the commands include a login.
        set(CURLOPT_VERBOSE, 1)
        check(
            shippy_curl_set_debug(handle) { _, kind, data, size, context in
                guard kind == CURLINFO_HEADER_OUT, let context, let data else { return 0 }
                let command = String(decoding: UnsafeRawBufferPointer(start: data, count: min(size, 5)), as: UTF8.self)
                guard let step = SMTPStep(command: command) else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                transfer.step = step
                transfer.lastReply = ""
                return 0
            })
    }

    func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) -> DeliveryResult {
        let transfer = Transfer(message: mail.message, deadline: options.deadline, isOurs: isOurs)
        self.transfer = transfer
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        check(shippy_curl_set_pointer(handle, CURLOPT_READDATA, context))
        check(shippy_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        check(shippy_curl_set_pointer(handle, CURLOPT_DEBUGDATA, context))
        check(shippy_curl_set_pointer(handle, CURLOPT_XFERINFODATA, context))
        set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
        let recipients = curl_slist_append(nil, "<\(mail.to)>")
        defer { curl_slist_free_all(recipients) }
        check(shippy_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients))
        if let refusedOption {
            return .deferred(reply: "cannot set up libcurl: \(String(cString: curl_easy_strerror(refusedOption)))")
        }
        let code = curl_easy_perform(handle)
        // After a failure a reply may still be on its way, and would be taken for the reply to the next mail.
        isReusable = code == CURLE_OK
        if transfer.isWithdrawn { return .withdrawn }
        let reply = transfer.lastReply.trimmingCharacters(in: .whitespacesAndNewlines).visiblyEscaped(limit: 300)
        if code == CURLE_OK { return .accepted(reply: reply) }
        if code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK {
            let limit = transfer.isWhole ? Self.patience(options.deadline) : options.deadline
            return .timedOut(reply: "no answer\(transfer.isWhole ? " to the whole message" : "") within \(Int(limit.seconds)) s")
        }
        // Without a reply, as after a lost connection, nothing was refused.
        return transfer.step.result(of: reply) ?? .deferred(reply: Self.reason(code, options))
    }

    /// Why there was no reply. The fault is ours or the server's, not the mail's.
    private static func reason(_ code: CURLcode, _ options: SMTPMailer.Options) -> String {
        let server = "\(options.host):\(options.port)"
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return "cannot resolve \(options.host)"
        case CURLE_COULDNT_CONNECT: return "cannot connect to \(server)"
        case CURLE_LOGIN_DENIED: return "\(server) refused the login"
        case CURLE_USE_SSL_FAILED: return "\(server) does not offer STARTTLS, and mail is never sent unencrypted"
        case CURLE_SSL_CONNECT_ERROR: return "the TLS handshake with \(server) failed"
        case CURLE_PEER_FAILED_VERIFICATION: return "the certificate of \(server) is not trusted, has expired, or is for another name"
        default: return "\(server): \(String(cString: curl_easy_strerror(code)))"
        }
    }

    private static let ownName: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-.".utf8.contains($0) } && !text.isEmpty ? text : "localhost"
    }()

    private func set(_ option: CURLoption, _ value: String) { check(shippy_curl_set_string(handle, option, value)) }
    private func set(_ option: CURLoption, _ value: Int) { check(shippy_curl_set_long(handle, option, value)) }

    private func check(_ code: CURLcode) {
        if code != CURLE_OK, refusedOption == nil { refusedOption = code }
    }
}
