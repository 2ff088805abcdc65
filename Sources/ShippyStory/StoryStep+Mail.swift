import ShippyCore

extension StoryStep {
    /// A mail from its beginning to what is known last.
    ///
    /// - Parameters:
    ///   - isOneOfSeveral: whether each step must tell which mail it is about.
    ///   - most: after how many attempts it is given up.
    ///   - waitsFor: what must be started before it can be sent; nil if nothing is missing.
    static func mail(_ mail: Mail, _ attempts: [MailAttempt], isOneOfSeveral: Bool = false, most: Int, waitsFor missing: String?) -> [StoryStep] {
        var steps = [queued(mail)]
        let name = isOneOfSeveral ? "\(mail.template.rawValue) to \(mail.to): " : ""
        steps += tries(attempts, of: mail, named: name)
        let last = attempts.last?.facts?.endedAt
        // Numbers go on after somebody had the mail retried, which gives it all its attempts again.
        let earlier = max(0, (attempts.last?.number ?? 0) - (mail.state == .sending ? mail.attempts - 1 : mail.attempts))
        switch mail.state {
        case .sent:
            steps.append(step(mail, last, .mailSent, .done, "mail sent", "\(mail.template.rawValue) to \(mail.to)", key: ""))
        case .cancelled:
            // The audit log tells who did it, and when.
            break
        case .dead:
            let reply = mail.lastReply.isEmpty ? "" : "\(mail.lastReply); "
            // A mail may be given up without being tried again.
            let isLast = attempts.last.map { !$0.reply.isEmpty && mail.lastReply.hasSuffix($0.reply) } ?? false
            var dead = step(
                mail, isLast ? last : nil, .mailDead, .problem, "mail given up",
                "\(name)\(reply)`shippy mail retry \(mail.id)` tries it again, and resend sends it to the user's present address",
                key: "\(attempts.last?.number ?? 0)")
            dead.add("reply", mail.lastReply)
            steps.append(dead)
        case .sending:
            steps.append(next(mail, nil, "mail try \(earlier + mail.attempts) of \(earlier + max(most, mail.attempts))", "is on its way"))
        case .queued where mail.isHeld:
            steps.append(next(mail, nil, "mail", mail.lastReply))
        case .queued:
            let detail = missing.map { "waits: \($0)" } ?? "\(mail.template.rawValue) to \(mail.to)"
            steps.append(
                next(
                    mail, mail.nextAttemptAt, "mail try \(earlier + mail.attempts + 1) of \(earlier + max(most, mail.attempts + 1))", detail))
        }
        var place = mail.createdAt
        for index in steps.indices where steps[index].mark != .waiting {
            if let at = steps[index].at { place = max(place, at) } else { steps[index].place = place }
        }
        return steps
    }

    private static func queued(_ mail: Mail) -> StoryStep {
        let copy = mail.copyOf.map { "; repeats mail \($0)" } ?? ""
        var step = step(mail, mail.createdAt, .mailQueued, .done, "mail queued", "\(mail.template.rawValue) to \(mail.to)\(copy)", key: "")
        step.add("to", mail.to.description)
        step.add("template", mail.template.rawValue)
        step.add("event_id", mail.eventID)
        step.add("copy_of", mail.copyOf)
        step.add("request_id", mail.requestID)
        step.add("trace", mail.trace?.description)
        return step
    }

    private static func tries(_ attempts: [MailAttempt], of mail: Mail, named name: String) -> [StoryStep] {
        attempts.enumerated().flatMap { place, attempt in
            let server = attempt.facts?.server ?? ""
            let said = attempt.outcome == .unknown ? "no outcome was recorded" : attempt.reply
            let detail = server.isEmpty ? said : said.isEmpty ? server : "\(said) (\(server))"
            var step = step(
                mail, attempt.facts?.startedAt, .mailTry, attempt.outcome == .sent ? .done : .problem, "mail try \(attempt.number)", name + detail,
                key: "\(attempt.number)")
            step.add("attempt", Int64(attempt.number))
            step.add("outcome", attempt.outcome.rawValue)
            step.add("server", server)
            step.add("reply", attempt.reply)
            step.add("duration_ms", attempt.facts.map { ($0.endedAt - $0.startedAt).milliseconds })
            // Of a mail that is dead now, the end of its story tells it.
            let isEnd = mail.state == .dead && place == attempts.count - 1
            guard attempt.outcome == .dead, !isEnd else { return [step] }
            var dead = Self.step(
                mail, attempt.facts?.endedAt, .mailDead, .problem, "mail given up", name + attempt.reply, key: "\(attempt.number) given up")
            dead.add("reply", attempt.reply)
            return [step, dead]
        }
    }

    private static func next(_ mail: Mail, _ at: Timestamp?, _ what: String, _ detail: String) -> StoryStep {
        step(mail, at, .next, .waiting, what, detail, key: "\(what) \(detail)")
    }

    private static func step(
        _ mail: Mail, _ at: Timestamp?, _ kind: Kind, _ mark: Mark, _ what: String, _ detail: String, key: String
    ) -> StoryStep {
        var step = StoryStep(at, kind, mark, what, detail, key: "\(mail.id) \(key)")
        step.add("mail_id", mail.id)
        return step
    }
}
