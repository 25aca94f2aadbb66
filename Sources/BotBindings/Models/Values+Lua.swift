import CommandKit
import FluxerModel
import LuaRuntime

/// Ids are strings in Lua; integers are taken too.
extension ID: LuaPushable, LuaReadable {
    public static var luaExpectation: String { "id" }
    public func push(to state: LuaState) -> Int32 { description.push(to: state) }
    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> ID {
        if let number = state.exactInteger(at: index), number > 0 { return ID(UInt64(number)) }
        if let text = state.string(at: index, converting: false) {
            if let id = ID(text) { return id }
            throw LuaMismatch(expected: "id (digits as text)", found: "\"\(text.prefix(40))\"")
        }
        throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
    }
}

/// A point in time, in milliseconds.
struct LuaTime: LuaBound {
    let timestamp: Timestamp

    static let luaType: LuaType<LuaTime> = LuaType(
        "Time", "A point in time.",
        members: [
            .field("unix", "Seconds since 1970, with a fraction.") { Double($0.timestamp.milliseconds) / 1000 },
            .method(
                "format", "The text that shows the time in a message, in the reader's zone: `<t:…:R>`.",
                Param<String?>("style", "t T d D f F s S R; without it the default.")
            ) { time, style in
                let seconds = time.timestamp.seconds
                guard let style else { return "<t:\(seconds)>" }
                guard "tTdDfFsSR".contains(style), style.count == 1 else {
                    throw LuaError.argument(
                        1, of: "Time:format", parameter: "style", expected: "one of t T d D f F s S R",
                        found: "\"\(style.prefix(20))\"")
                }
                return "<t:\(seconds):\(style)>"
            },
        ],
        operators: LuaOperators(tostring: { $0.timestamp.description }, equals: { $0.timestamp == $1.timestamp }))
}

extension Timestamp {
    var lua: LuaTime { LuaTime(timestamp: self) }
}

/// A span of time: a number of seconds, or a text such as "1h30m".
public struct LuaDuration: LuaReadable, Sendable {
    public let seconds: Double
    public static let luaExpectation = "seconds or a text such as \"1h30m\""

    public static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> LuaDuration {
        if state.type(at: index) == .number, let seconds = state.number(at: index) {
            guard seconds >= 0, seconds <= 1e10 else {
                throw LuaMismatch(expected: luaExpectation, found: "\(seconds)")
            }
            return LuaDuration(seconds: seconds)
        }
        guard let text = state.string(at: index, converting: false) else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        guard let seconds = parse(text) else {
            throw LuaMismatch(expected: luaExpectation, found: "\"\(text.prefix(40))\"")
        }
        return LuaDuration(seconds: seconds)
    }

    /// `1h30m`, `2.5s`, `90`: numbers with w d h m s, or seconds alone.
    public static func parse(_ text: String) -> Double? {
        if let seconds = Double(text) { return seconds >= 0 && seconds <= 1e10 ? seconds : nil }
        let units: [Character: Double] = ["w": 604_800, "d": 86400, "h": 3600, "m": 60, "s": 1]
        var total = 0.0, digits = ""
        for letter in text {
            if letter.isASCII, letter.isNumber || letter == "." {
                digits.append(letter)
            } else if let unit = units[letter], let number = Double(digits) {
                total += number * unit
                digits = ""
            } else {
                return nil
            }
        }
        return digits.isEmpty && !text.isEmpty && total <= 1e10 ? total : nil
    }
}

extension CommandError.Value {
    var luaValue: LuaValue {
        switch self {
        case .string(let value): .string(value)
        case .int(let value): .int(value)
        case .number(let value): .double(value)
        case .bool(let value): .bool(value)
        case .list(let values): .array(values.map(\.luaValue))
        case .table(let fields):
            .table(Dictionary(fields.map { (.string($0.name), $0.value.luaValue) }, uniquingKeysWith: { $1 }))
        }
    }
}

/// An id, or any model that has one, as an argument.
struct LuaUserLike: LuaReadable {
    let id: UserID
    static let luaExpectation = "user or id"
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> LuaUserLike {
        if let user = state.object(User.self, at: index) { return LuaUserLike(id: user.id) }
        if let member = state.object(GuildMember.self, at: index) { return LuaUserLike(id: member.user.id) }
        return LuaUserLike(id: try UserID.read(state, at: index))
    }
}

/// An emoji: its character, `name:id`, `<:name:id>`, or an Emoji.
struct LuaEmojiLike: LuaReadable {
    let emoji: Emoji
    static let luaExpectation = "emoji"
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> LuaEmojiLike {
        if let emoji = state.object(Emoji.self, at: index) { return LuaEmojiLike(emoji: emoji) }
        guard let text = state.string(at: index, converting: false), !text.isEmpty else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        return LuaEmojiLike(emoji: Emoji(parsing: text))
    }
}
