/// What a text mentions, in the order in which it stands there. Code spans and blocks do not count (rest.md 8).
struct MentionScanner: Sendable, Hashable {
    private(set) var users: [UInt64] = []
    private(set) var roles: [UInt64] = []
    /// `@everyone` or `@here` stands there.
    private(set) var everyone = false

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "`"):
                index = Self.endOfCode(in: bytes, from: index)
            case UInt8(ascii: "<"):
                index = readMention(bytes, at: index)
            case UInt8(ascii: "@"):
                let rest = bytes[index...]
                if rest.starts(with: "@everyone".utf8) || rest.starts(with: "@here".utf8) { everyone = true }
                index += 1
            default:
                index += 1
            }
        }
    }

    /// Behind the run of back quotes that closes the one at `start`, or behind the run itself if none does.
    private static func endOfCode(in bytes: [UInt8], from start: Int) -> Int {
        let quote = UInt8(ascii: "`")
        var opened = start
        while opened < bytes.count, bytes[opened] == quote { opened += 1 }
        let width = opened - start
        var index = opened
        while index < bytes.count {
            guard bytes[index] == quote else {
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, bytes[end] == quote { end += 1 }
            if end - index == width { return end }
            index = end
        }
        return opened
    }

    /// `<@1>`, `<@!1>`, `<@&1>`.
    private mutating func readMention(_ bytes: [UInt8], at start: Int) -> Int {
        var index = start + 1
        guard index < bytes.count, bytes[index] == UInt8(ascii: "@") else { return start + 1 }
        index += 1
        var isRole = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "&") {
            isRole = true
            index += 1
        } else if index < bytes.count, bytes[index] == UInt8(ascii: "!") {
            index += 1
        }
        let digits = index
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
        guard index < bytes.count, bytes[index] == UInt8(ascii: ">"),
            let id = UInt64(String(decoding: bytes[digits..<index], as: UTF8.self))
        else { return start + 1 }
        if isRole {
            if !roles.contains(id) { roles.append(id) }
        } else if !users.contains(id) {
            users.append(id)
        }
        return index + 1
    }
}
