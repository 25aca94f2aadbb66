import LuaSyntax

/// One file as the rules see it: its tree, and what its values are as far as one look tells.
public struct CheckedFile: Sendable {
    let tree: SyntaxTree
    let pack: CheckedPack
    /// Calls of the program's API, outer ones first.
    let calls: [KnownCall]
    private let shapes: Shapes

    var surface: ScriptSurface { pack.surface }

    init(_ tree: SyntaxTree, _ pack: CheckedPack) {
        self.tree = tree
        self.pack = pack
        var shapes = Shapes(tree, pack.surface)
        calls = shapes.learn()
        self.shapes = shapes
    }

    func shape(_ id: SyntaxTree.ExpressionID) -> Shape? { shapes.shape(id) }

    func start(_ id: SyntaxTree.ExpressionID) -> Int { tree.expressions[id].range.lowerBound }
}

/// What a value is.
enum Shape: Sendable, Equatable {
    /// One of the program's objects, by its type's name.
    case object(String)
    /// A table with known members; the label is how it is written.
    case members(String, [String: ScriptSurface.Value])
    case text
}

/// A call of the program's API.
struct KnownCall: Sendable {
    enum Kind: Sendable {
        /// `command` or `group`, on a bot, a group or a cog.
        case command
        /// A function that hears an event.
        case listen
        case waitFor
        case botSetup
        case send
    }
    let kind: Kind
    let arguments: [SyntaxTree.ExpressionID]
    /// Whether functions get `self` first; nil where that is not known.
    var selfFirst: Bool? = false
}
