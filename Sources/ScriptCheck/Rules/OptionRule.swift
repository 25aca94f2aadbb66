import LuaSyntax

/// Names of options in tables that the program reads.
struct OptionRule: CheckRule {
    let name = "option"
    let sentence = "An option is one that its function knows."
    let example = "bot:command('ping', { hlep = 'x' }, function(ctx) end)"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for call in file.calls {
            let (set, arguments): (ScriptSurface.OptionSet, ArraySlice<SyntaxTree.ExpressionID>)
            switch call.kind {
            case .command: (set, arguments) = (.command, call.arguments.prefix(2))
            case .botSetup: (set, arguments) = (.bot, call.arguments.prefix(1))
            case .send: (set, arguments) = (.message, call.arguments.prefix(2))
            case .waitFor: (set, arguments) = (.waitFor, call.arguments.dropFirst().prefix(1))
            case .listen: continue
            }
            for argument in arguments { check(argument, set, file, report) }
        }
    }

    private func check(
        _ table: SyntaxTree.ExpressionID, _ set: ScriptSurface.OptionSet, _ file: CheckedFile,
        _ report: (Report) -> Void
    ) {
        guard case .table(let fields) = file.tree.expressions[file.tree.stripped(table)].kind,
            let known = file.surface.options[set], !known.isEmpty
        else { return }
        for field in fields {
            guard case .name(let name) = field.key else {
                if case .position = field.key {
                    report(
                        .error(
                            at: file.start(field.value), "\(set.title) takes options by name",
                            fix: "write: name = value; names are \(Hint.list(known))"))
                }
                continue
            }
            guard known.contains(name.text) else {
                // What `checks` may hold has a rule of its own.
                if set == .command, name.text == "checks", file.isFunction(field.value) { continue }
                report(
                    .error(
                        at: name.range.lowerBound, "\(set.title) has no option '\(name.text)'",
                        fix: Hint.nearest(name.text, among: known) ?? "options are \(Hint.list(known, limit: 30))"))
                continue
            }
            guard let inner = Self.inner[name.text], set == .message || set == .bot else { continue }
            if name.text == "embeds" {
                guard case .table(let list) = file.tree.expressions[file.tree.stripped(field.value)].kind else {
                    continue
                }
                for item in list { check(item.value, inner, file, report) }
            } else {
                check(field.value, inner, file, report)
            }
        }
    }

    private static let inner: [String: ScriptSurface.OptionSet] = [
        "embed": .embed, "embeds": .embed, "allowed_mentions": .allowedMentions,
    ]
}

/// A plain function is no check.
struct PlainCheckRule: CheckRule {
    let name = "plain-check"
    let sentence = "The option checks holds checks, not functions."
    let example = "bot:command('ping', { checks = function(ctx) return true end }, function(ctx) end)"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for call in file.calls where call.kind == .command {
            for argument in call.arguments.prefix(2) {
                guard case .table(let fields) = file.tree.expressions[file.tree.stripped(argument)].kind else {
                    continue
                }
                for field in fields where field.hasName("checks") {
                    var values = [field.value]
                    if case .table(let list) = file.tree.expressions[file.tree.stripped(field.value)].kind {
                        values = list.map(\.value)
                    }
                    for value in values where file.isFunction(value) {
                        report(
                            .error(
                                at: file.start(value), "a plain function is no check",
                                fix: "write: checks = commands.check(function(ctx) … end)"))
                    }
                }
            }
        }
    }
}

extension CheckedFile {
    /// Whether a value is certainly a function.
    func isFunction(_ id: SyntaxTree.ExpressionID) -> Bool {
        switch tree.expressions[tree.stripped(id)].kind {
        case .function: return true
        case .local(let local):
            let found = tree.locals[local]
            if found.origin == .function { return found.writes == 0 }
            guard found.writes == 0, let value = found.initializer, case .function = tree.expressions[value].kind else {
                return false
            }
            return true
        default: return false
        }
    }
}
