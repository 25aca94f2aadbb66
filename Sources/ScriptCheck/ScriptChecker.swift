import LuaSyntax

/// Checks the scripts of a pack without running them.
public struct ScriptChecker: Sendable {
    /// A script to look at.
    public struct File: Sendable {
        /// Path as findings name it.
        public let path: String
        public let bytes: [UInt8]
        public let kind: Kind

        /// What a file is for decides what it finds around it.
        public enum Kind: Sendable {
            /// A script of a pack.
            case script
            /// `pack.lua` or `moontide.lua`: plain data, evaluated without any function.
            case manifest
        }

        public init(path: String, bytes: [UInt8], kind: Kind = .script) {
            self.path = path
            self.bytes = bytes
            self.kind = kind
        }
    }

    private let surface: ScriptSurface

    /// - Parameter surface: what the scripts find in the program.
    public init(_ surface: ScriptSurface) { self.surface = surface }

    /// Looks at the files of one pack together: what one sets on the bot, another may use.
    ///
    /// - Parameter hasModule: whether `require` of a name finds a file of the pack.
    /// - Returns: findings by file in the order given, then by place.
    public func check(_ files: [File], hasModule: @escaping @Sendable (String) -> Bool = { _ in false }) -> [Finding] {
        let trees = files.map { SyntaxTree(parsing: Self.loaded($0.bytes)) }
        let pack = CheckedPack(trees, surface, hasModule: hasModule)
        let data = CheckedPack([], ScriptSurface(), hasModule: { _ in false })
        return zip(files, trees).flatMap { file, tree in
            findings(in: file.path, CheckedFile(tree, file.kind == .script ? pack : data))
        }
    }

    /// Modules that a text asks for by name.
    static func required(by bytes: [UInt8]) -> [String] {
        let tree = SyntaxTree(parsing: loaded(bytes))
        return tree.expressions.compactMap { expression in
            guard case .call(let callee, let arguments) = expression.kind, let first = arguments.first,
                case .global("require") = tree.expressions[callee].kind
            else { return nil }
            return tree.text(tree.stripped(first))
        }
    }

    private func findings(in path: String, _ file: CheckedFile) -> [Finding] {
        // Of a text that is not Lua only that is told: the tree around a fault is a guess.
        let rules: [any CheckRule] = file.tree.faults.isEmpty ? CheckRules.all : [SyntaxRule()]
        var found: [(rule: String, report: RuleReport)] = []
        for rule in rules { rule.check(file) { found.append((rule.name, $0)) } }
        found.sort { $0.report.offset < $1.report.offset }
        let more = found.count - Self.mostFindings
        var findings = found.prefix(Self.mostFindings).map { rule, report in
            let position = file.tree.source.position(at: report.offset)
            return Finding(
                report.severity, rule: rule, file: path, line: position.line, column: position.column,
                reason: report.reason, fix: report.fix, source: file.tree.source.lineText(position.line))
        }
        if more > 0, let last = findings.last {
            findings.append(
                Finding(
                    last.severity, rule: last.rule, file: path, line: last.line, column: last.column,
                    reason: "\(more) more findings in this file are not shown", fix: "mend those above first"))
        }
        return findings
    }

    /// Findings that are told of one file.
    private static let mostFindings = 200

    /// The bytes as the loader passes them to Lua, places unchanged: a first line for the shell and a byte order mark
    /// become blanks.
    private static func loaded(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        if bytes.first == UInt8(ascii: "#") {
            for index in bytes.indices {
                if bytes[index] == 10 { break }
                bytes[index] = 32
            }
        } else if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            bytes.replaceSubrange(0..<3, with: [])
        }
        return bytes
    }
}
