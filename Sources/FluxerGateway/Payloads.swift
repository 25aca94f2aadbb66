import JSON

/// The payloads that the client sends, as bytes. Every one has `d`: a payload without it is closed with 4001.
enum Payloads {
    /// What a server accepts at most; one byte more is close 4002 (gateway.md 1.4).
    static let largest = 4_096

    static func heartbeat(sequence: Int?) -> [UInt8] {
        payload(op: 1) { writer in
            if let sequence { writer.int(sequence) } else { writer.null() }
        }
    }

    static func identify(_ configuration: GatewayConfiguration) -> [UInt8] {
        payload(op: 2) { writer in
            writer.object { d in
                d.field("token", configuration.token)
                d.key("properties")
                d.object { properties in
                    properties.field("os", GatewayConfiguration.operatingSystem)
                    properties.field("browser", configuration.program)
                    properties.field("device", configuration.device)
                }
                if let presence = configuration.presence {
                    d.key("presence")
                    presence.write(to: &d)
                }
                if !configuration.ignoredEvents.isEmpty {
                    d.key("ignored_events")
                    d.array { names in
                        for name in configuration.ignoredEvents { names.string(name) }
                    }
                }
                if let shard = configuration.shard {
                    d.key("shard")
                    d.array { pair in
                        pair.int(shard.index)
                        pair.int(shard.count)
                    }
                }
            }
        }
    }

    static func resume(token: String, session: String, sequence: Int) -> [UInt8] {
        payload(op: 6) { writer in
            writer.object { d in
                d.field("token", token)
                d.field("session_id", session)
                d.field("seq", sequence)
            }
        }
    }

    static func presence(_ presence: GatewayPresence) -> [UInt8] {
        payload(op: 3) { presence.write(to: &$0) }
    }

    static func payload(op: Int, _ data: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { members in
            members.field("op", op)
            members.key("d")
            data(&members)
        }
        return writer.bytes
    }
}

extension GatewayPresence {
    func write(to writer: inout JSONWriter) {
        writer.object { members in
            members.field("status", status.rawValue)
            members.field("afk", isAway)
            members.field("mobile", false)
            guard text != nil || emoji != nil else { return }
            members.key("custom_status")
            members.object { custom in
                custom.fieldIfPresent("text", text)
                custom.fieldIfPresent("emoji_name", emoji)
            }
        }
    }
}
