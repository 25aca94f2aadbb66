extension CommandError {
    /// The class of an error: its name and the names of the classes above it, nearest first.
    ///
    /// Scripts ask with `err:is "UserInputError"`; names and tree are discord.py's.
    public struct Kind: Sendable, Hashable {
        /// The class's own name.
        public let name: String
        /// The names of its base classes, nearest first, down to the root and the root's other name.
        public let bases: [String]

        /// A class below `base`, as `commands.CheckFailure:extend "NotRich"` makes it.
        public init(_ name: String, below base: Kind) {
            self.name = name
            self.bases = [base.name] + base.bases
        }

        private init(root name: String, alias: String) {
            self.name = name
            self.bases = [alias]
        }

        /// Whether it is the class of that name or stands below it.
        public func isA(_ name: String) -> Bool {
            self.name == name || bases.contains(name)
        }
    }
}

extension CommandError.Kind {
    /// The root of every error scripts see; `DiscordException` is its other name.
    public static let fluxerError = Self(root: "FluxerError", alias: "DiscordException")
    public static let clientException = Self("ClientException", below: .fluxerError)
    public static let commandRegistrationError = Self("CommandRegistrationError", below: .clientException)

    public static let commandError = Self("CommandError", below: .fluxerError)
    public static let conversionError = Self("ConversionError", below: .commandError)
    public static let commandNotFound = Self("CommandNotFound", below: .commandError)
    public static let disabledCommand = Self("DisabledCommand", below: .commandError)
    public static let commandInvokeError = Self("CommandInvokeError", below: .commandError)
    public static let commandOnCooldown = Self("CommandOnCooldown", below: .commandError)
    public static let maxConcurrencyReached = Self("MaxConcurrencyReached", below: .commandError)

    public static let checkFailure = Self("CheckFailure", below: .commandError)
    public static let checkAnyFailure = Self("CheckAnyFailure", below: .checkFailure)
    public static let privateMessageOnly = Self("PrivateMessageOnly", below: .checkFailure)
    public static let noPrivateMessage = Self("NoPrivateMessage", below: .checkFailure)
    public static let notOwner = Self("NotOwner", below: .checkFailure)
    public static let missingPermissions = Self("MissingPermissions", below: .checkFailure)
    public static let botMissingPermissions = Self("BotMissingPermissions", below: .checkFailure)
    public static let missingRole = Self("MissingRole", below: .checkFailure)
    public static let botMissingRole = Self("BotMissingRole", below: .checkFailure)
    public static let missingAnyRole = Self("MissingAnyRole", below: .checkFailure)
    public static let botMissingAnyRole = Self("BotMissingAnyRole", below: .checkFailure)
    public static let nsfwChannelRequired = Self("NSFWChannelRequired", below: .checkFailure)

    public static let userInputError = Self("UserInputError", below: .commandError)
    public static let missingRequiredArgument = Self("MissingRequiredArgument", below: .userInputError)
    public static let missingRequiredAttachment = Self("MissingRequiredAttachment", below: .userInputError)
    public static let tooManyArguments = Self("TooManyArguments", below: .userInputError)
    public static let badUnionArgument = Self("BadUnionArgument", below: .userInputError)
    public static let badLiteralArgument = Self("BadLiteralArgument", below: .userInputError)

    public static let argumentParsingError = Self("ArgumentParsingError", below: .userInputError)
    public static let unexpectedQuoteError = Self("UnexpectedQuoteError", below: .argumentParsingError)
    public static let invalidEndOfQuotedStringError = Self(
        "InvalidEndOfQuotedStringError", below: .argumentParsingError)
    public static let expectedClosingQuoteError = Self("ExpectedClosingQuoteError", below: .argumentParsingError)

    public static let badArgument = Self("BadArgument", below: .userInputError)
    public static let badBoolArgument = Self("BadBoolArgument", below: .badArgument)
    public static let rangeError = Self("RangeError", below: .badArgument)
    public static let flagError = Self("FlagError", below: .badArgument)

    /// Every class of the tree, bases before what stands below them.
    public static let all: [CommandError.Kind] =
        [
            fluxerError, clientException, commandRegistrationError, commandError, conversionError, commandNotFound,
            disabledCommand, commandInvokeError, commandOnCooldown, maxConcurrencyReached, checkFailure,
            checkAnyFailure, privateMessageOnly, noPrivateMessage, notOwner, missingPermissions,
            botMissingPermissions, missingRole, botMissingRole, missingAnyRole, botMissingAnyRole,
            nsfwChannelRequired, userInputError, missingRequiredArgument, missingRequiredAttachment,
            tooManyArguments, badUnionArgument, badLiteralArgument, argumentParsingError, unexpectedQuoteError,
            invalidEndOfQuotedStringError, expectedClosingQuoteError, badArgument, badBoolArgument, rangeError,
            flagError,
        ]
        + [
            "ObjectNotFound", "MemberNotFound", "UserNotFound", "GuildNotFound", "ChannelNotFound",
            "ChannelNotReadable", "ThreadNotFound", "RoleNotFound", "MessageNotFound", "EmojiNotFound",
            "PartialEmojiConversionFailure", "GuildStickerNotFound", "BadColourArgument", "BadInviteArgument",
            "BadTimestampArgument",
        ].map { Self($0, below: .badArgument) }
        + ["MissingRequiredFlag", "MissingFlagArgument", "TooManyFlags", "BadFlagArgument"].map {
            Self($0, below: .flagError)
        }

    /// The class of the tree with that name.
    public static func named(_ name: String) -> CommandError.Kind? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
