import CommandKit
import LuaRuntime

/// Reads what a script says about a command: `(signature, options?, fn)` or `{ name = …, run = … }`.
enum CommandOptions {
    static let known = [
        "name", "run", "aliases", "help", "brief", "description", "usage", "hidden", "enabled", "quotes",
        "ignore_extra",
        "rest_is_raw",
    ]

    static func read(_ state: LuaState, _ function: String, first: Int32) throws(LuaError) -> CommandDefinition {
        var text: String?
        var table: Int32?
        var run = first
        if state.type(at: first) == .table {
            table = first
            run = 0
        } else {
            guard let name = state.string(at: first, converting: false) else {
                throw LuaError.argument(
                    1, of: function, parameter: "signature", expected: "string or table",
                    found: state.describe(at: first))
            }
            text = name
            run = first + 1
            if state.type(at: run) == .table {
                table = run
                run += 1
            }
        }
        var function_: LuaReference?
        if run > 0, state.type(at: run) == .function { function_ = state.reference(at: run) }
        var aliases: [String] = []
        var quotes: QuoteMode?
        var options = ArgumentParser.Options()
        var help = "", brief = "", description = "", usage: String?, hidden = false, enabled = true
        if let table {
            let reader = LuaOptions(state, function, table)
            try reader.refuseUnknown(known)
            if text == nil { text = try reader.value("name", String.self) }
            if let named = try reader.value("run", LuaReference.self) { function_ = named }
            aliases = try reader.value("aliases", NamesArgument.self)?.names ?? []
            help = try reader.value("help", String.self) ?? ""
            brief = try reader.value("brief", String.self) ?? ""
            description = try reader.value("description", String.self) ?? ""
            usage = try reader.value("usage", String.self)
            hidden = try reader.value("hidden", Bool.self) ?? false
            enabled = try reader.value("enabled", Bool.self) ?? true
            options.ignoresExtra = try reader.value("ignore_extra", Bool.self) ?? true
            options.restIsRaw = try reader.value("rest_is_raw", Bool.self) ?? false
            quotes = try reader.value("quotes", QuotesArgument.self)?.mode
        }
        guard let text else {
            throw LuaError(
                "TypeError", bases: [LuaError.rootName], "\(function): option 'name' is missing: name = \"ping\"")
        }
        guard let function_ else {
            let found = run > 0 ? state.describe(at: run) : "no option 'run'"
            throw LuaError(
                "TypeError", bases: [LuaError.rootName],
                "\(function): the function that runs is missing (got \(found)): bot:command(\"\(text.prefix(40))\", function(ctx) … end)"
            )
        }
        let signature: Signature
        do {
            let names = ([text.prefix { !$0.isWhitespace }.description] + aliases).joined(separator: "|")
            let rest = text.drop { !$0.isWhitespace }
            signature = try Signature(parsing: aliases.isEmpty ? text : names + rest)
        } catch {
            throw LuaError(
                "SignatureError", bases: [LuaError.rootName], "\(error)", fields: ["offset": .int(Int64(error.offset))],
                underlying: error)
        }
        var command = CommandDefinition(signature: signature, function: function_)
        command.help = help
        command.brief = brief
        command.description = description
        command.usage = usage
        command.isHidden = hidden
        command.isEnabled = enabled
        command.options = options
        command.quotes = quotes
        state.push(function_)
        let body = try BotContext.of(state).fingerprint(of: state.absolute(-1), in: state)
        state.pop()
        command.fingerprint = "\(text)\u{0}\(help)\u{0}\(brief)\u{0}\(usage ?? "")\u{0}\(hidden)\(enabled)\u{0}\(body)"
        return command
    }
}

/// A name, or a list of names.
struct NamesArgument: LuaReadable {
    let names: [String]
    static let luaExpectation = "list of names"
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> NamesArgument {
        if let name = state.string(at: index, converting: false) { return NamesArgument(names: [name]) }
        guard state.type(at: index) == .table else {
            throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
        var names: [String] = []
        for number in 0..<min(state.rawLength(at: index), 100) {
            state.getIndex(Int64(number + 1), of: index)
            defer { state.pop() }
            names.append(try String.read(state, at: -1))
        }
        return NamesArgument(names: names)
    }
}

/// `"strict"` or `"lenient"`.
struct QuotesArgument: LuaReadable {
    let mode: QuoteMode
    static let luaExpectation = "\"strict\" or \"lenient\""
    static func read(_ state: LuaState, at index: Int32) throws(LuaMismatch) -> QuotesArgument {
        switch state.string(at: index, converting: false) {
        case "strict": return QuotesArgument(mode: .strict)
        case "lenient": return QuotesArgument(mode: .lenient)
        default: throw LuaMismatch(expected: luaExpectation, found: state.describe(at: index))
        }
    }
}
