import ShippyBackup
import ShippyCore

/// What a restore has done, or would do.
struct RestoredInstallation: JSONWritable, Sendable {
    let home: String
    let manifest: BackupManifest
    let isPlanned: Bool
    /// The number of mails that were not sent at the time of the backup.
    let waitingMails: Int
    let mails: WaitingMails
    /// The number of sessions that end because their secret is not known; nil if it is.
    let endedSessions: Int?

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("home", home)
            $0.field("dry_run", isPlanned)
            $0.field("held_mails", mails == .hold ? waitingMails : 0)
            $0.field("waiting_mails", mails == .send ? waitingMails : 0)
            $0.field("ended_sessions", endedSessions ?? 0)
            $0.field("manifest") { $0.backup(manifest) }
        }
    }

    var fields: [(String, String)] {
        [(isPlanned ? "would fill" : "restored", home)] + manifest.fields + [(mails == .hold ? "held mails" : "mails to send", "\(waitingMails)")]
    }

    /// What somebody must know before the first start.
    var notes: [String] {
        var notes: [String] = []
        if waitingMails > 0 {
            switch mails {
            case .hold:
                notes.append("mails held, because the original may have sent them: \(waitingMails); `shippy mail retry ID` sends one")
            case .send:
                notes.append("mails that services send when they start: \(waitingMails); the original may have sent some of them")
            }
        }
        if let endedSessions {
            notes.append(
                endedSessions == 0 && manifest.counts.tokens == 0
                    ? "no secret was given: services make a new one"
                    : """
                    sessions and tokens that end, because no secret was given: \(endedSessions) and \(manifest.counts.tokens); restore again with \
                    --secret-file to keep them
                    """)
        }
        if isPlanned { notes.append("dry run: nothing was restored") }
        return notes
    }
}
