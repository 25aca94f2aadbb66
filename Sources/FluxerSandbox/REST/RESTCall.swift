import FluxerModel
import JSON

/// One authorized call of the API by the bot: reads its parameters, asks the world, writes the answer.
struct RESTCall: Sendable {
    let parameters: [String: String]
    let query: QueryItems
    let body: [UInt8]
    /// Milliseconds since 1970.
    let now: Int64

    func answer(to route: Route, in world: inout World) throws(RESTFailure) -> RESTAnswer {
        let bot = world.botID
        switch route {
        case .currentUser:
            return .json { world.writePrivateUser(to: &$0) }
        case .currentUserGuilds:
            return try guilds(of: world)
        case .createDM:
            return .value(try world.openDirectChannel(with: try recipient(), at: now))
        case .getChannel:
            return .value(try world.channel(try channelID(), for: bot))
        case .triggerTyping:
            try world.type(in: try channelID(), by: bot, at: now)
            return .noContent
        case .getMessages:
            return try messages(in: world)
        case .getMessage:
            return .value(try world.message(try messageID(), in: try channelID(), for: bot))
        case .createMessage:
            let channel = try channelID()
            return .value(try world.createMessage(try MessageDraft(body: body), by: bot, in: channel, at: now))
        case .editMessage:
            let draft = try MessageDraft(body: body)
            return .value(
                try world.editMessage(try messageID(), in: try channelID(), with: draft, by: bot, at: now))
        case .deleteMessage:
            try world.deleteMessage(try messageID(), in: try channelID(), by: bot)
            return .noContent
        case .addReaction:
            try world.addReaction(try emoji(), to: try messageID(), in: try channelID(), by: bot, at: now)
            return .noContent
        case .removeOwnReaction:
            try world.removeReaction(try emoji(), of: bot, from: try messageID(), in: try channelID(), by: bot)
            return .noContent
        case .removeReaction:
            let user = UserID(try id("user_id", else: .unknownUser))
            try world.removeReaction(try emoji(), of: user, from: try messageID(), in: try channelID(), by: bot)
            return .noContent
        case .clearReaction:
            try world.clearReactions(of: try emoji(), from: try messageID(), in: try channelID(), by: bot)
            return .noContent
        case .clearReactions:
            try world.clearReactions(of: nil, from: try messageID(), in: try channelID(), by: bot)
            return .noContent
        default:
            throw RESTFailure(501, "NOT_IMPLEMENTED", "The sandbox does not have \(route).")
        }
    }

    // MARK: - Parameters

    private func channelID() throws(RESTFailure) -> ChannelID {
        ChannelID(try id("channel_id", else: .unknownChannel))
    }

    private func messageID() throws(RESTFailure) -> MessageID {
        MessageID(try id("message_id", else: .unknownMessage))
    }

    /// - Throws: a form error where it is no id at all.
    private func id(_ name: String, else failure: RESTFailure) throws(RESTFailure) -> UInt64 {
        guard let text = parameters[name] else { throw failure }
        guard let id = JSONValue.string(text).snowflake else {
            throw .invalidForm(name, "INVALID_SNOWFLAKE_FORMAT", "Not a valid id.")
        }
        return id
    }

    private func emoji() throws(RESTFailure) -> Emoji {
        let text = parameters["emoji"] ?? ""
        guard (1...64).contains(text.count) else {
            throw .invalidForm("emoji", "STRING_LENGTH_INVALID", "An emoji has 1 to 64 characters.")
        }
        return Emoji(parsing: text)
    }

    private func cursor(_ name: String) throws(RESTFailure) -> UInt64? {
        guard let text = query[name] else { return nil }
        guard let id = JSONValue.string(text).snowflake else {
            throw .invalidForm(name, "INVALID_SNOWFLAKE_FORMAT", "Not a valid id.")
        }
        return id
    }

    private func limit(_ range: ClosedRange<Int>, default standard: Int) throws(RESTFailure) -> Int {
        guard let text = query["limit"] else { return standard }
        guard let limit = Int(text), range.contains(limit) else {
            throw .invalidForm(
                "limit", "INVALID_FORMAT", "The limit lies between \(range.lowerBound) and \(range.upperBound).")
        }
        return limit
    }

    // MARK: - Answers of several parts

    private func messages(in world: World) throws(RESTFailure) -> RESTAnswer {
        let channel = try channelID()
        _ = try world.channel(channel, for: world.botID)
        let before = try cursor("before")
        let after = try cursor("after")
        let around = try cursor("around")
        let limit = try limit(1...100, default: 50)
        let page = world.logs[channel]?.page(before: before, after: after, around: around, limit: limit) ?? []
        return .json { writer in
            writer.array { writer in
                for entry in page { writer.value(world.restForm(entry)) }
            }
        }
    }

    /// Ascending ids; `after` wins; permissions only on pages of at most 100 (rest.md 3.1).
    private func guilds(of world: World) throws(RESTFailure) -> RESTAnswer {
        let limit = try limit(1...200, default: 200)
        let after = try cursor("after")
        let before = try cursor("before")
        let ordered = world.guilds.sorted { $0.guild.id < $1.guild.id }.filter { place in
            let id = place.guild.id.rawValue
            return after.map { id > $0 } ?? before.map { id < $0 } ?? true
        }
        let page = after == nil && before != nil ? ordered.suffix(limit) : ordered.prefix(limit)
        return .json { writer in
            writer.array { writer in
                for place in page {
                    writer.value(
                        place.guild.with { fields in
                            if limit <= 100 { fields.permissions = world.permissions(of: world.botID, in: place) }
                        })
                }
            }
        }
    }

    private func recipient() throws(RESTFailure) -> UserID {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw .invalidForm("body", "INVALID_FORMAT", "Not valid JSON.")
        }
        let several = value["recipients"]?.arrayValue
        if let several, several.count > 1 {
            throw RESTFailure(400, "CAPTCHA_REQUIRED", "The sandbox does not open group channels.")
        }
        guard let id = (value["recipient_id"] ?? several?.first)?.snowflake else {
            throw .invalidForm("recipient_id", "INVALID_SNOWFLAKE_FORMAT", "Not a valid id.")
        }
        return UserID(id)
    }
}

extension RESTAnswer {
    static func value(_ value: some WireWritable) -> RESTAnswer { RESTAnswer(status: 200, body: value.json()) }
}
