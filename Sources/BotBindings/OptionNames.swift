/// Names of the options that the bindings read, for those who check scripts without running them. Each is the list that the
/// reading function itself compares with.
public enum OptionNames {
    /// `bot:command(signature, { … }, fn)`.
    public static var command: [String] { CommandOptions.known }
    /// `commands.Bot{ … }`.
    public static var bot: [String] { BotSetup.known }
    /// `ctx:send{ … }`, `message:edit{ … }` and their like.
    public static var message: [String] { Sending.options }
    /// An embed.
    public static var embed: [String] { EmbedArgument.keys }
    /// `allowed_mentions = { … }`.
    public static var allowedMentions: [String] { MentionsArgument.keys }
    /// `bot:wait_for(event, { … })`.
    public static var waitFor: [String] { Events.waitOptions }
}
