import JSON

extension AllowedMentions: WireReadable {
    /// Reads a request's object as the server does: what it leaves out is off, and `replied_user` is on.
    public init(from reader: inout JSONReader) throws(JSONError) {
        var parse: [String] = []
        var users: [UserID] = []
        var roles: [RoleID] = []
        var repliedUser = true
        try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "parse": parse = try reader.texts()
            case "users": users = try reader.ids()
            case "roles": roles = try reader.ids()
            case "replied_user": repliedUser = try reader.flag() ?? true
            default: try reader.skipValue()
            }
        }
        self.init(
            everyone: parse.contains("everyone"),
            users: !users.isEmpty ? .only(users) : parse.contains("users") ? .all : Choice.none,
            roles: !roles.isEmpty ? .only(roles) : parse.contains("roles") ? .all : Choice.none,
            repliedUser: repliedUser)
        hasListBesideParse = !parse.isEmpty && (!users.isEmpty || !roles.isEmpty)
    }

    /// Writes the object for a text, always with `parse`. Where a list is given, `parse` is empty, and a category that is
    /// on goes out as the ids of its kind that the text names, the first 100.
    func write(to writer: inout JSONWriter, content: String) {
        let hasList = users?.list != nil || roles?.list != nil
        writer.beginObject()
        writer.key("parse")
        writer.beginArray()
        if !hasList {
            if users == .all { writer.string("users") }
            if roles == .all { writer.string("roles") }
            if everyone == true { writer.string("everyone") }
        }
        writer.endArray()
        if hasList {
            let named = NamedMentions(content)
            write("users", users, named.users, to: &writer)
            write("roles", roles, named.roles, to: &writer)
        }
        writer.member("replied_user", repliedUser ?? true)
        writer.endObject()
    }

    private func write<Subject>(
        _ name: StaticString, _ choice: Choice<Subject>?, _ named: [ID<Subject>], to writer: inout JSONWriter
    ) {
        switch choice {
        case .all where !named.isEmpty: writer.member(name, Array(named.prefix(100)))
        case .only(let ids) where !ids.isEmpty: writer.member(name, ids)
        case .all, .only, .some(.none), nil: break
        }
    }
}

/// The ids that a text names: `<@1>`, `<@!1>` are users, `<@&1>` is a role. In order, each once.
public struct NamedMentions: Sendable, Hashable {
    public private(set) var users: [UserID] = []
    public private(set) var roles: [RoleID] = []

    public init(_ text: String) {
        var text = text
        text.withUTF8 { scan(UnsafeRawBufferPointer($0)) }
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while index + 2 < bytes.count {
            guard bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == UInt8(ascii: "@") else {
                index += 1
                continue
            }
            var start = index + 2
            let mark = bytes[start]
            if mark == UInt8(ascii: "!") || mark == UInt8(ascii: "&") { start += 1 }
            var end = start
            while end < bytes.count, end - start <= 20, bytes[end] != UInt8(ascii: ">") { end += 1 }
            guard
                end < bytes.count, bytes[end] == UInt8(ascii: ">"),
                let id = Snowflake.parse(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            else {
                index += 2
                continue
            }
            if mark == UInt8(ascii: "&") {
                if !roles.contains(RoleID(id)) { roles.append(RoleID(id)) }
            } else if !users.contains(UserID(id)) {
                users.append(UserID(id))
            }
            index = end + 1
        }
    }
}
