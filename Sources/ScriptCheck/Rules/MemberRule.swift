import LuaSyntax

/// Members of modules and of the program's objects.
struct MemberRule: CheckRule {
    let name = "member"
    let sentence = "A member of a module or an object is one that it has."
    let example = "print(string.fromat('%d', 1))"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        let written = Set(
            file.tree.statements.flatMap { statement -> [SyntaxTree.ExpressionID] in
                switch statement.kind {
                case .assign(let targets, _): targets
                case .function(let target, _, _): [target]
                default: []
                }
            })
        for (id, expression) in file.tree.expressions.enumerated() {
            switch expression.kind {
            case .index(let base, let key, true) where !written.contains(id):
                guard let name = file.tree.text(key) else { continue }
                check(name, of: base, at: file.start(key), isCall: false, file, report)
            case .method(let object, let name, _):
                check(name.text, of: object, at: name.range.lowerBound, isCall: true, file, report)
            default: break
            }
        }
    }

    private func check(
        _ name: String, of base: SyntaxTree.ExpressionID, at offset: Int, isCall: Bool, _ file: CheckedFile,
        _ report: (Report) -> Void
    ) {
        switch file.shape(base) {
        case .members(let label, let members)?:
            guard !members.isEmpty, members[name] == nil, !file.pack.assigned.contains(name), label != "_G" else {
                return
            }
            report(
                .error(
                    at: offset, "\(label) has no '\(name)'",
                    fix: Self.replacements["\(label).\(name)"] ?? Hint.nearest(name, among: members.keys)
                        ?? "it has \(Hint.list(Array(members.keys), limit: 20))"))
        case .object(let type)?:
            guard let members = file.surface.members[type], !members.contains(name) else { return }
            let near = Hint.nearest(name, among: members)
            if type == "Bot" {
                // Scripts keep fields of their own on the bot.
                guard !file.pack.assigned.contains(name), !name.hasPrefix("on_") else { return }
                if isCall {
                    report(
                        .error(
                            at: offset, "the bot has no '\(name)'",
                            fix: near ?? "it has \(Hint.list(members, limit: 30))"))
                } else {
                    report(.warning(at: offset, "bot.\(name) is never set: it is nil", fix: near))
                }
                return
            }
            report(
                .error(
                    at: offset, "\(type) has no '\(name)'", fix: near ?? "it has \(Hint.list(members, limit: 40))"))
        case .text?:
            guard isCall, case .table(let members)? = file.surface.globals["string"], members[name] == nil,
                !file.pack.assigned.contains(name)
            else { return }
            report(
                .error(
                    at: offset, "a string has no '\(name)'",
                    fix: Hint.nearest(name, among: members.keys)
                        ?? "it has \(Hint.list(Array(members.keys), limit: 20))"))
        case nil: break
        }
    }

    /// What older Lua had, or packs have elsewhere.
    private static let replacements: [String: String] = [
        "table.getn": "write #t", "table.maxn": "write #t", "string.gfind": "write string.gmatch",
        "math.pow": "write x ^ y", "math.log10": "write math.log(x, 10)", "math.mod": "write x % y",
        "table.foreach": "write for key, value in pairs(t) do", "math.cosh": "packs have no math.cosh",
        "os.execute": "packs start no programs", "os.exit": "a pack cannot end the program",
        "os.getenv": "write pack.env(\"NAME\")", "string.split": "write for word in text:gmatch(\"[^,]+\") do",
    ]
}

/// Modules that `require` asks for.
struct ModuleRule: CheckRule {
    let name = "module"
    let sentence = "A module that is required is there."
    let example = "local words = require 'no.such.module'"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for expression in file.tree.expressions {
            guard case .call(let callee, let arguments) = expression.kind,
                case .global("require") = file.tree.expressions[callee].kind, let first = arguments.first
            else { continue }
            let literal = file.tree.stripped(first)
            guard let name = file.tree.text(literal), file.surface.modules[name] == nil, !file.pack.hasModule(name)
            else {
                continue
            }
            let path = name.replacing(".", with: "/")
            report(
                .error(
                    at: file.start(literal), "there is no module '\(name)'",
                    fix: Hint.nearest(name, among: file.surface.modules.keys)
                        ?? "it would be \(path).lua or \(path)/init.lua below the pack's folder"))
        }
    }
}
