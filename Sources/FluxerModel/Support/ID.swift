/// Identifier of one thing on the platform, typed by what it names.
///
/// A channel id cannot be passed where a user id is wanted. Eight bytes in memory; decimal text in JSON and in Lua,
/// because a snowflake does not survive a floating-point number. Unique within one instance only.
public struct ID<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number itself.
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Reads strict decimal text: digits alone, no sign, no blank, no leading zero, within 64 bits.
    public init?(_ text: String) {
        var text = text
        guard let value = text.withUTF8({ Snowflake.parse(UnsafeRawBufferPointer($0)) }) else { return nil }
        rawValue = value
    }

    /// Decimal text, as the wire has it.
    public var description: String { String(rawValue) }

    /// Milliseconds since 1970 at which the id was made.
    public var createdAt: Timestamp { Snowflake.createdAt(rawValue) }

    /// The same number for another subject. For the documented equalities alone: a guild's id is that of its
    /// `@everyone` role, a webhook's id is that of its author, a notes channel's that of its owner.
    public func cast<Other>(to _: Other.Type = Other.self) -> ID<Other> { ID<Other>(rawValue) }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

public typealias UserID = ID<User>
public typealias GuildID = ID<Guild>
public typealias ChannelID = ID<Channel>
public typealias MessageID = ID<Message>
public typealias RoleID = ID<Role>
public typealias EmojiID = ID<Emoji>
public typealias StickerID = ID<Sticker>
public typealias AttachmentID = ID<Attachment>
public typealias WebhookID = ID<WebhookSubject>

/// What a webhook id names.
public enum WebhookSubject {}

/// The layout of ids: 42 bits of milliseconds since 2015, 10 bits of worker, 12 bits of sequence.
public enum Snowflake {
    /// 2015-01-01T00:00:00Z in milliseconds since 1970.
    public static let epoch: Int64 = 1_420_070_400_000

    /// When an id was made.
    public static func createdAt(_ rawValue: UInt64) -> Timestamp {
        Timestamp(milliseconds: Int64(rawValue >> 22) &+ epoch)
    }

    /// The smallest id of a moment, which is a page cursor for "from this time on". Before 2015 it is 0.
    public static func cursor(at time: Timestamp) -> UInt64 {
        let (since, overflow) = time.milliseconds.subtractingReportingOverflow(epoch)
        guard !overflow, since > 0 else { return 0 }
        return UInt64(min(since, (1 << 42) - 1)) << 22
    }

    /// Strict decimal digits within 64 bits.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard !bytes.isEmpty, bytes.count <= 20 else { return nil }
        if bytes.count > 1, bytes[0] == UInt8(ascii: "0") { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(digit))
            guard !tooBig, !carried else { return nil }
            value = sum
        }
        return value
    }
}
