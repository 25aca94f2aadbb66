import LuaSyntax

/// The files of a pack, as far as rules look from one into the others.
struct CheckedPack: Sendable {
    let surface: ScriptSurface
    /// Whether `require` of a name finds a file of the pack; a bare text has none.
    let hasModule: @Sendable (String) -> Bool
    /// Fields that scripts set on `bot`, and members they add to modules (`string.trim`).
    let assigned: Set<String>
    /// Names of the converters that it defines.
    let converters: Set<String>
    /// Globals that its files define by themselves: entry points.
    let defined: Set<String>

    init(_ trees: [SyntaxTree], _ surface: ScriptSurface, hasModule: @escaping @Sendable (String) -> Bool) {
        self.surface = surface
        self.hasModule = hasModule
        var assigned: Set<String> = []
        var converters: Set<String> = []
        var defined: Set<String> = []
        for tree in trees {
            for statement in tree.statements {
                switch statement.kind {
                case .assign(let targets, _): targets.forEach { Self.note($0, in: tree, &assigned, &defined) }
                case .function(let target, _, _): Self.note(target, in: tree, &assigned, &defined)
                default: break
                }
            }
            converters.formUnion(Self.converters(of: tree))
        }
        self.assigned = assigned
        self.converters = converters
        self.defined = defined
    }

    private static func note(
        _ target: SyntaxTree.ExpressionID, in tree: SyntaxTree, _ assigned: inout Set<String>,
        _ defined: inout Set<String>
    ) {
        switch tree.expressions[target].kind {
        case .global(let name): defined.insert(name)
        case .index(_, let key, _):
            if let name = tree.text(key) { assigned.insert(name) }
        default: break
        }
    }

    /// `commands.Converter{ name = "hex", … }`, and the keys of `converters = { hex = … }`.
    private static func converters(of tree: SyntaxTree) -> Set<String> {
        var found: Set<String> = []
        for expression in tree.expressions {
            switch expression.kind {
            case .call(let callee, let arguments):
                guard case .index(_, let key, _) = tree.expressions[callee].kind, tree.text(key) == "Converter",
                    let first = arguments.first, case .table(let fields) = tree.expressions[first].kind
                else { continue }
                for field in fields {
                    if case .name(let name) = field.key, name.text == "name", let text = tree.text(field.value) {
                        found.insert(text)
                    }
                }
            case .table(let fields):
                for field in fields {
                    guard case .name(let name) = field.key, name.text == "converters",
                        case .table(let inner) = tree.expressions[field.value].kind
                    else { continue }
                    for field in inner { if case .name(let name) = field.key { found.insert(name.text) } }
                }
            default: break
            }
        }
        return found
    }
}
