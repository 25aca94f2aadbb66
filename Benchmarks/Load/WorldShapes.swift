/// READY, guilds, and what REST says about the bot.
struct WorldShapes {
    let dialect: Dialect
    let size: Size

    func ready(port: Int) -> String {
        let common =
            #""session_id":"0123456789ABCDEF0123456789ABCDEF","user":\#(user),"private_channels":[],"relationships":[],"presences":[]"#
        let rest =
            switch dialect {
            case .fluxer:
                #""version":1,"guilds":[],"users":[],"read_states":[],"user_guild_settings":[],"sessions":[],"user_settings":null,"notes":{},"country_code":"US""#
            case .discord:
                #""v":10,"guilds":[\#(stubs)],"resume_gateway_url":"ws://127.0.0.1:\#(port)","session_type":"normal","application":{"id":"\#(Snowflake.bot)","flags":565248}"#
            }
        return #"{"op":0,"s":\#(LoadServer.firstSequence),"t":"READY","d":{\#(common),\#(rest)}}"#
    }

    private var stubs: String {
        (0..<size.guilds).map { #"{"id":"\#(Snowflake.guild($0))","unavailable":true}"# }.joined(separator: ",")
    }

    var user: String {
        let name = Messages.bot.dropLast()
        return
            "\(name),\"email\":null,\"bio\":null,\"banner\":null,\"verified\":true,\"mfa_enabled\":false,\"locale\":\"en-US\"}"
    }

    /// GUILD_CREATE's `d`.
    func guild(_ number: Int) -> String {
        let settings =
            #""name":"Guild number \#(number)","icon":"a_2e1f0c5d7b4a9388","banner":null,"splash":null,"owner_id":"\#(Snowflake.user(1))","features":[],"verification_level":1,"mfa_level":0,"explicit_content_filter":0,"default_message_notifications":1,"afk_channel_id":null,"afk_timeout":300,"system_channel_id":"\#(Snowflake.channel(0, in: number))","system_channel_flags":0,"rules_channel_id":null,"vanity_url_code":null,"nsfw_level":0"#
        let lists =
            #""roles":[\#(roles(number))],"channels":[\#(channels(number))],"members":[\#(members(number))],"emojis":[],"stickers":[],"presences":[],"voice_states":[],"member_count":\#(size.members + 1),"joined_at":"2025-11-03T17:24:05.318Z""#
        let id = #""id":"\#(Snowflake.guild(number))""#
        switch dialect {
        case .fluxer: return #"{\#(id),"properties":{\#(id),\#(settings)},\#(lists),"online_count":1}"#
        case .discord:
            return
                #"{\#(id),\#(settings),\#(lists),"large":false,"unavailable":false,"threads":[],"stage_instances":[],"guild_scheduled_events":[],"soundboard_sounds":[],"premium_tier":0,"premium_subscription_count":0,"preferred_locale":"en-US","premium_progress_bar_enabled":false,"description":null,"discovery_splash":null,"application_id":null,"public_updates_channel_id":null,"safety_alerts_channel_id":null,"max_members":500000,"max_video_channel_users":25}"#
        }
    }

    private func roles(_ guild: Int) -> String {
        (0..<size.roles).map { role in
            let name = role == 0 ? "@everyone" : "Role number \(role)"
            return
                #"{"id":"\#(Snowflake.role(role, in: guild))","name":"\#(name)","color":\#(role * 4097),"colors":{"primary_color":\#(role * 4097),"secondary_color":null,"tertiary_color":null},"position":\#(role),"hoist_position":null,"permissions":"1071698660929","hoist":false,"mentionable":true,"managed":false,"flags":0,"icon":null,"unicode_emoji":null}"#
        }.joined(separator: ",")
    }

    private func channels(_ guild: Int) -> String {
        (0..<size.channels).map { channel in
            #"{"id":"\#(Snowflake.channel(channel, in: guild))","guild_id":"\#(Snowflake.guild(guild))","type":0,"name":"channel-number-\#(channel)","topic":"What channel \#(channel) is about","position":\#(channel),"parent_id":null,"nsfw":false,"rate_limit_per_user":0,"last_message_id":"1420000000000000000","last_pin_timestamp":null,"flags":0,"permission_overwrites":[{"id":"\#(Snowflake.role(1, in: guild))","type":0,"allow":"1024","deny":"2048"}]}"#
        }.joined(separator: ",")
    }

    private func members(_ guild: Int) -> String {
        ([(Snowflake.bot, "moontide", true)]
            + (0..<size.members).map { member in
                (Snowflake.user(guild * size.members + member + 1), "member\(guild * size.members + member)", false)
            }).map { id, name, isBot in
                #"{"user":\#(Messages.user(id, name, bot: isBot)),"nick":null,"avatar":null,"roles":["\#(Snowflake.role(1, in: guild))","\#(Snowflake.role(2, in: guild))"],"joined_at":"2025-11-03T17:24:05.318Z","mute":false,"deaf":false,"communication_disabled_until":null,"premium_since":null,"flags":0}"#
            }.joined(separator: ",")
    }

    // MARK: REST

    func gateway(port: Int) -> String {
        #"{"url":"ws://127.0.0.1:\#(port)","shards":1,"session_start_limit":{"total":1000,"remaining":999,"reset_after":86400000,"max_concurrency":1}}"#
    }

    var application: String {
        #"{"id":"\#(Snowflake.bot)","name":"bench","icon":null,"description":"","bot_public":true,"bot_require_code_grant":false,"verify_key":"00","team":null,"owner":\#(Messages.user(Snowflake.user(1), "ada", bot: false)),"flags":565248,"summary":""}"#
    }

    /// A page of the bot's guilds.
    func guilds(after: UInt64, limit: Int) -> String {
        let page = (0..<size.guilds).lazy.filter { Snowflake.guild($0) > after }.prefix(max(1, limit))
        return "["
            + page.map {
                #"{"id":"\#(Snowflake.guild($0))","name":"Guild number \#($0)","icon":null,"owner":false,"permissions":"8","features":[]}"#
            }.joined(separator: ",") + "]"
    }
}
