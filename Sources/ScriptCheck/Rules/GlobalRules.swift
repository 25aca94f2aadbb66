import CommandKit
import LuaSyntax

/// Globals that nobody sets are nil.
struct UndeclaredReadRule: CheckRule {
    let name = "undeclared-read"
    let sentence = "Every name that is read is a local or a global that exists."
    let example = "local message = 'hi'\nprint(mesage)"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        guard file.hasPlainGlobals else { return }
        let written = Set(
            file.tree.statements.flatMap { statement -> [SyntaxTree.ExpressionID] in
                switch statement.kind {
                case .assign(let targets, _): targets
                case .function(let target, _, _): [target]
                default: []
                }
            })
        var told: Set<String> = []
        for (id, expression) in file.tree.expressions.enumerated() {
            guard case .global(let name) = expression.kind, !written.contains(id), !file.knows(global: name),
                told.insert(name).inserted
            else { continue }
            report(
                .error(
                    at: expression.range.lowerBound, "'\(name)' is not declared: it is always nil",
                    fix: Self.replacements[name] ?? file.nearestName(name) ?? "declare it first: local \(name) = …"))
        }
    }

    /// What plain Lua has and packs have not, or older Lua had.
    private static let replacements: [String: String] = [
        "unpack": "write table.unpack", "loadstring": "write load", "setfenv": "give load an environment",
        "getfenv": "give load an environment", "module": "return a table at the end of the file",
        "io": "a pack's own files are read with pack.read", "dofile": "write require", "loadfile": "write require",
        "debug": "packs have debug.traceback at most: take it out", "package": "modules are found by require alone",
        "null": "write nil, or fluxer.null for JSON's null", "None": "write nil", "undefined": "write nil",
        "True": "write true", "False": "write false", "this": "write self", "console": "write print, or log.info",
    ]
}

/// A global that slips in by a forgotten `local` is refused when it is assigned.
struct UndeclaredWriteRule: CheckRule {
    let name = "undeclared-write"
    let sentence = "Nothing but setup, handover and teardown becomes a global."
    let example = "count = 1"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        guard file.hasPlainGlobals else { return }
        for statement in file.tree.statements {
            switch statement.kind {
            case .assign(let targets, _):
                for target in targets { check(target, isFunction: false, file, report) }
            case .function(let target, _, _): check(target, isFunction: true, file, report)
            default: break
            }
        }
    }

    private func check(
        _ target: SyntaxTree.ExpressionID, isFunction: Bool, _ file: CheckedFile, _ report: (Report) -> Void
    ) {
        guard case .global(let name) = file.tree.expressions[target].kind, file.surface.globals[name] == nil,
            !ScriptSurface.entryPoints.contains(name), name != "_ENV"
        else { return }
        let offset = file.start(target)
        if name.hasPrefix("on_") {
            report(
                .error(
                    at: offset, "a global function \(name) is never called", fix: "write: function bot.\(name)()"))
            return
        }
        var fix = isFunction ? "write: local function \(name)()" : "write: local \(name) = …"
        if let near = file.nearestLocal(name) { fix = "did you mean '\(near)'? Else \(fix)" }
        if let near = Hint.nearest(name, among: ScriptSurface.entryPoints), isFunction { fix = near }
        report(.error(at: offset, "'\(name)' is not declared", fix: fix))
    }
}

extension CheckedFile {
    /// Whether globals are those of the pack: a text that has an `_ENV` of its own makes its own.
    var hasPlainGlobals: Bool { !tree.locals.contains { $0.name == "_ENV" } }

    func knows(global name: String) -> Bool {
        surface.globals[name] != nil || name == "_ENV" || name == "_G"
            || ScriptSurface.entryPoints.contains(name) && pack.defined.contains(name)
    }

    func nearestLocal(_ name: String) -> String? {
        Suggestion.nearest(to: name, among: Set(tree.locals.map(\.name)).filter { !$0.hasPrefix("(") && $0 != name })
    }

    /// The nearest name that could be meant: a local of the file, or a global.
    func nearestName(_ name: String) -> String? {
        let names = Set(tree.locals.map(\.name)).filter { !$0.hasPrefix("(") }.union(surface.globals.keys)
        return Hint.nearest(name, among: names)
    }
}
