extension User: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { writeFields(to: &$0) }
    }

    /// The members of the object, for one that has more of them.
    package func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("name", name)
        json.field("company", company)
        json.field("email", email.description)
        json.field("created_at", createdAt)
    }
}

/// The user, and what only those see who may ask for it.
extension UserRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { writeFields(to: &$0) }
    }

    /// The members of the object, for one that has more of them.
    package func writeFields(to json: inout JSONWriter) {
        user.writeFields(to: &json)
        json.field("role", role?.rawValue)
        json.field("state", state?.rawValue)
        json.field("confirmed", isConfirmed)
    }
}

extension Instance: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("service", service)
            $0.field("id", id)
            $0.field("address", address)
            $0.field("protocol", `protocol`)
            $0.field("version", version)
            $0.field("metadata") { json in
                for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { json.field(named: key, value) }
            }
            $0.field("ttl", ttl)
            $0.field("ttl_left", ttlLeft)
            $0.field("registered_at", registeredAt)
        }
    }
}

extension Mail: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { writeFields(to: &$0) }
    }

    package func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("to", to.description)
        json.field("template", template.rawValue)
        json.field("state", state.rawValue)
        json.field("attempts", attempts)
        json.field("next_attempt_at", nextAttemptAt)
        json.field("last_reply", lastReply)
        json.field("event_id", eventID)
        if let copyOf { json.field("copy_of", copyOf) }
        if let userID { json.field("user_id", userID) }
        json.field("request_id", requestID)
        json.field("created_at", createdAt)
        if let trace { json.field("trace", trace.description) }
    }
}

extension StreamNotice: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            switch self {
            case .gap(let from, let to, let reason):
                $0.field("notice", "gap")
                $0.field("from", from)
                $0.field("to", to)
                $0.field("reason", reason.rawValue)
            case .away(let time):
                $0.field("notice", "away")
                $0.field("away", time.seconds)
            case .reconnected(let away, let replayed):
                $0.field("notice", "reconnected")
                $0.field("away", away.seconds)
                $0.field("replayed", replayed)
            case .reset(let last):
                $0.field("notice", "reset")
                $0.field("last", last)
            case .liveOnly(let reason):
                $0.field("notice", "live-only")
                $0.field("reason", reason)
            }
        }
    }
}

extension OutboxStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("pending", pending)
            $0.field("oldest_age", oldestAge)
            $0.field("set_aside", setAside)
        }
    }
}

extension BusStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("first_seq", firstSequence)
            $0.field("last_seq", lastSequence)
            $0.field("bytes", bytes)
            $0.field("dead_letters", deadLetters)
            $0.field("consumers", consumers) { json, consumer in
                json.field("name", consumer.name)
                json.field("lag", consumer.lag)
                json.field("in_work", consumer.inWork)
            }
        }
    }
}
