extension User: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.key("id")
            $0.string(id)
            $0.key("name")
            $0.string(name)
            $0.key("company")
            $0.string(company)
            $0.key("email")
            $0.string(email)
            $0.key("created_at")
            $0.time(createdAt)
        }
    }
}

extension Instance: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.key("service")
            $0.string(service)
            $0.key("id")
            $0.string(id)
            $0.key("address")
            $0.string(address)
            $0.key("protocol")
            $0.string(`protocol`)
            $0.key("version")
            $0.string(version)
            $0.key("metadata")
            $0.object { json in
                for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                    json.key(key)
                    json.string(value)
                }
            }
            $0.key("ttl")
            $0.number(ttl)
            $0.key("ttl_left")
            if let ttlLeft { $0.number(ttlLeft) } else { $0.null() }
            $0.key("registered_at")
            if let registeredAt { $0.time(registeredAt) } else { $0.null() }
        }
    }
}

extension Mail: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.key("id")
            $0.string(id)
            $0.key("to")
            $0.string(to)
            $0.key("template")
            $0.string(template.rawValue)
            $0.key("state")
            $0.string(state.rawValue)
            $0.key("attempts")
            $0.integer(attempts)
            $0.key("next_attempt_at")
            if let nextAttemptAt { $0.time(nextAttemptAt) } else { $0.null() }
            $0.key("last_reply")
            $0.string(lastReply)
            $0.key("event_id")
            if let eventID { $0.string(eventID) } else { $0.null() }
            $0.key("request_id")
            $0.string(requestID)
            $0.key("created_at")
            $0.time(createdAt)
        }
    }
}

extension StreamNotice: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.key("notice")
            switch self {
            case .gap(let from, let to, let reason):
                $0.string("gap")
                $0.key("from")
                $0.integer(from)
                $0.key("to")
                $0.integer(to)
                $0.key("reason")
                $0.string(reason)
            case .away(let time):
                $0.string("away")
                $0.key("away")
                $0.number(time.seconds)
            case .reconnected(let away, let replayed):
                $0.string("reconnected")
                $0.key("away")
                $0.number(away.seconds)
                $0.key("replayed")
                $0.integer(replayed)
            case .reset(let last):
                $0.string("reset")
                $0.key("last")
                $0.integer(last)
            case .liveOnly(let reason):
                $0.string("live-only")
                $0.key("reason")
                $0.string(reason)
            }
        }
    }
}

extension OutboxStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.key("pending")
            $0.integer(pending)
            $0.key("oldest_age")
            $0.number(oldestAge)
            $0.key("set_aside")
            $0.integer(setAside)
        }
    }
}

extension BusStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.key("first_seq")
            $0.integer(firstSequence)
            $0.key("last_seq")
            $0.integer(lastSequence)
            $0.key("bytes")
            $0.integer(bytes)
            $0.key("dead_letters")
            $0.integer(deadLetters)
            $0.key("consumers")
            $0.array { json in
                for consumer in consumers {
                    json.object {
                        $0.key("name")
                        $0.string(consumer.name)
                        $0.key("lag")
                        $0.integer(consumer.lag)
                        $0.key("in_work")
                        $0.integer(consumer.inWork)
                    }
                }
            }
        }
    }
}
