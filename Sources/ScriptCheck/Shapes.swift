import LuaSyntax

/// Finds out what the values of a text are: modules, the bot, what its functions are handed.
///
/// Only what is certain from one look: a local that is assigned later is nothing known.
struct Shapes: Sendable {
    private let tree: SyntaxTree
    private let surface: ScriptSurface
    private var locals: [SyntaxTree.LocalID: Shape] = [:]
    /// Functions that `local function` named.
    private var functions: [SyntaxTree.LocalID: SyntaxTree.FunctionID] = [:]

    init(_ tree: SyntaxTree, _ surface: ScriptSurface) {
        self.tree = tree
        self.surface = surface
        for statement in tree.statements {
            if case .localFunction(let local, let function) = statement.kind { functions[local] = function }
        }
    }

    /// Types of fields that hold an object, and of what methods answer.
    private static let fields: [String: [String: String]] = [
        "Context": [
            "message": "Message", "channel": "Channel", "guild": "Guild", "bot": "Bot", "command": "Command",
            "send": "Message", "reply": "Message",
        ],
        "Message": ["channel": "Channel", "guild": "Guild", "reply": "Message", "referenced_message": "Message"],
        "Bot": ["command": "Command", "group": "Command"],
        "Command": ["command": "Command", "group": "Command"],
    ]

    /// What listeners of an event are handed.
    private static let events: [String: [String]] = [
        "message": ["Message"], "message_edit": ["Message", "Message"], "message_delete": ["Message"],
        "member_join": ["Member"], "member_remove": ["Member"], "member_update": ["Member", "Member"],
        "guild_join": ["Guild"], "guild_remove": ["Guild"], "guild_update": ["Guild", "Guild"],
        "channel_create": ["Channel"], "channel_update": ["Channel", "Channel"], "channel_delete": ["Channel"],
        "command_error": ["Context"],
    ]

    /// What has `command` and `group`.
    private static let hosts: Set<String> = ["Bot", "Command", "Cog"]
    /// What takes a message's options.
    private static let senders: Set<String> = [
        "Context:send", "Context:reply", "Message:reply", "Message:edit", "Channel:send", "User:send", "Member:send",
    ]

    /// An event's name without `on_`.
    static func event(_ name: String) -> String { name.hasPrefix("on_") ? String(name.dropFirst(3)) : name }

    // MARK: What a value is

    func shape(_ id: SyntaxTree.ExpressionID) -> Shape? { shape(id, 16) }

    /// `left` ends the search in chains that nobody writes.
    private func shape(_ id: SyntaxTree.ExpressionID, _ left: Int) -> Shape? {
        guard left > 0 else { return nil }
        switch tree.expressions[tree.stripped(id)].kind {
        case .string: return .text
        case .global(let name):
            if name == "bot" { return .object("Bot") }
            if case .table(let members)? = surface.globals[name] { return .members(name, members) }
            return nil
        case .local(let local):
            if let known = locals[local] { return known }
            let found = tree.locals[local]
            guard found.writes == 0, let value = found.initializer else { return nil }
            return shape(value, left - 1)
        case .index(let base, let key, _):
            guard let name = tree.text(key) else { return nil }
            switch shape(base, left - 1) {
            case .members(let label, let members)?:
                guard case .table(let inner)? = members[name] else { return nil }
                return .members("\(label).\(name)", inner)
            case .object(let type)?: return Self.fields[type]?[name].map { .object($0) }
            case .text?, nil: return nil
            }
        case .call(let callee, let arguments): return called(callee, arguments, left)
        case .method(let object, let name, _):
            guard case .object(let type)? = shape(object, left - 1) else { return nil }
            return Self.fields[type]?[name.text].map { .object($0) }
        default: return nil
        }
    }

    private func called(_ callee: SyntaxTree.ExpressionID, _ arguments: [SyntaxTree.ExpressionID], _ left: Int)
        -> Shape?
    {
        if case .global("require") = tree.expressions[callee].kind, let first = arguments.first,
            let name = tree.text(tree.stripped(first))
        {
            guard case .table(let members)? = surface.modules[name] else { return nil }
            return .members(name, members)
        }
        guard case .index(let base, let key, _) = tree.expressions[callee].kind, let name = tree.text(key),
            case .members(let label, _)? = shape(base, left - 1), label.hasSuffix("commands")
        else { return nil }
        switch name {
        case "Bot": return .object("Bot")
        case "Cog": return .object("Cog")
        case "command", "group": return .object("Command")
        default: return nil
        }
    }

    // MARK: What functions are handed

    /// Finds the calls of the API, and with them what the functions in them are handed. Outer calls come first: what they
    /// hand over decides what inner ones are.
    mutating func learn() -> [KnownCall] {
        var handlers: [(end: Int, event: String, function: SyntaxTree.FunctionID)] = []
        for statement in tree.statements {
            guard case .function(let target, _, let function) = statement.kind, let name = handlerName(target) else {
                continue
            }
            handlers.append((statement.range.upperBound, Self.event(name), function))
        }
        var calls: [KnownCall] = []
        // A handler encloses what stands in it, so it is learnt before the calls that end before it.
        for id in tree.expressions.indices.reversed() {
            let end = tree.expressions[id].range.upperBound
            while let last = handlers.last, last.end >= end {
                handlers.removeLast()
                hand(Self.events[last.event] ?? [], to: last.function, after: 0)
            }
            if let call = known(id) {
                calls.append(call)
                learn(from: call)
            }
        }
        return calls
    }

    /// `on_message` of `function bot.on_message`.
    private func handlerName(_ target: SyntaxTree.ExpressionID) -> String? {
        guard case .index(let base, let key, true) = tree.expressions[target].kind, shape(base) == .object("Bot"),
            let name = tree.text(key), name.hasPrefix("on_")
        else { return nil }
        return name
    }

    private func known(_ id: SyntaxTree.ExpressionID) -> KnownCall? {
        switch tree.expressions[id].kind {
        case .method(let object, let name, let arguments):
            var type: String?
            let shape = shape(object)
            if case .object(let name)? = shape { type = name }
            let selfFirst = type == "Cog"
            switch name.text {
            case "command", "group":
                if let type, Self.hosts.contains(type) {
                    return KnownCall(kind: .command, arguments: arguments, selfFirst: selfFirst)
                }
                // Nobody else's method takes a name and a function.
                guard shape == nil, let first = arguments.first, tree.text(first) != nil, arguments.count > 1 else {
                    return nil
                }
                return KnownCall(kind: .command, arguments: arguments, selfFirst: nil)
            case "listen", "event", "on", "listener":
                guard type == "Bot" || type == "Cog" else { return nil }
                return KnownCall(kind: .listen, arguments: arguments, selfFirst: selfFirst)
            case "wait_for": return type == "Bot" ? KnownCall(kind: .waitFor, arguments: arguments) : nil
            case "send", "reply", "edit":
                guard let type, Self.senders.contains("\(type):\(name.text)") else { return nil }
                return KnownCall(kind: .send, arguments: arguments)
            default: return nil
            }
        case .call(let callee, let arguments):
            guard case .index(let base, let key, _) = tree.expressions[callee].kind,
                case .members(let label, _)? = shape(base), label.hasSuffix("commands")
            else { return nil }
            switch tree.text(key) {
            case "Bot"?: return KnownCall(kind: .botSetup, arguments: arguments)
            case "command"?, "group"?: return KnownCall(kind: .command, arguments: arguments, selfFirst: nil)
            default: return nil
            }
        default: return nil
        }
    }

    private mutating func learn(from call: KnownCall) {
        // Who comes first is not known where the receiver is not.
        guard let selfFirst = call.selfFirst else { return }
        let first = selfFirst ? 1 : 0
        switch call.kind {
        case .command:
            let functions =
                call.arguments.compactMap(function)
                + call.arguments.flatMap { fields("run", of: $0) }.compactMap(function)
            for function in functions { hand(["Context"], to: function, after: first) }
        case .listen:
            guard let name = call.arguments.first.flatMap({ tree.text($0) }) else { return }
            let types = Self.events[Self.event(name)] ?? []
            for function in call.arguments.dropFirst().compactMap(function) { hand(types, to: function, after: first) }
        case .waitFor, .botSetup, .send: break
        }
    }

    private func fields(_ name: String, of table: SyntaxTree.ExpressionID) -> [SyntaxTree.ExpressionID] {
        guard case .table(let fields) = tree.expressions[table].kind else { return [] }
        return fields.compactMap {
            if case .name(let key) = $0.key, key.text == name { return $0.value }
            return nil
        }
    }

    private func function(_ id: SyntaxTree.ExpressionID) -> SyntaxTree.FunctionID? {
        switch tree.expressions[id].kind {
        case .function(let function): return function
        case .local(let local) where tree.locals[local].writes == 0: return functions[local]
        default: return nil
        }
    }

    private mutating func hand(_ types: [String], to function: SyntaxTree.FunctionID, after skipped: Int) {
        for (local, type) in zip(tree.functions[function].parameters.dropFirst(skipped), types)
        where tree.locals[local].writes == 0 && surface.members[type] != nil {
            locals[local] = .object(type)
        }
    }
}
