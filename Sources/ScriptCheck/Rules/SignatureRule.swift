import CommandKit
import LuaSyntax

/// Signatures of commands, read by the reader that the program itself uses.
struct SignatureRule: CheckRule {
    let name = "signature"
    let sentence = "The signature of a command can be read."
    let example = "bot:command('ban <who', function(ctx) end)"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for call in file.calls where call.kind == .command {
            guard let first = call.arguments.first else { continue }
            var literal = file.tree.stripped(first)
            if case .table(let fields) = file.tree.expressions[literal].kind {
                guard let name = fields.first(where: { $0.hasName("name") }) else { continue }
                literal = file.tree.stripped(name.value)
            }
            guard let text = file.tree.text(literal) else { continue }
            do {
                _ = try Signature(parsing: text, converters: file.pack.converters)
            } catch {
                let bytes = String(String.UnicodeScalarView(text.unicodeScalars.prefix(error.offset))).utf8.count
                let place = file.tree.offset(ofByte: bytes, inString: literal)
                let reason = "the signature cannot be read: \(error.message)"
                if let place {
                    report(.error(at: place, reason))
                } else {
                    report(.error(at: file.start(literal), "\(reason) (character \(error.offset + 1))"))
                }
            }
        }
    }
}

extension SyntaxTree.Field {
    func hasName(_ name: String) -> Bool {
        if case .name(let key) = key { return key.text == name }
        return false
    }
}
