import CommandKit
import LuaSyntax

/// Names of events.
struct EventRule: CheckRule {
    let name = "event"
    let sentence = "An event that is listened to is one that is raised."
    let example = "bot:listen('mesage', function(message) end)"

    func check(_ file: CheckedFile, _ report: (Report) -> Void) {
        for call in file.calls where call.kind == .listen || call.kind == .waitFor {
            guard let first = call.arguments.first else { continue }
            let literal = file.tree.stripped(first)
            guard let name = file.tree.text(literal) else { continue }
            check(name, at: file.tree.offset(ofByte: 0, inString: literal) ?? file.start(literal), file, report)
        }
        for statement in file.tree.statements {
            switch statement.kind {
            case .function(let target, _, _): check(target, file, report)
            case .assign(let targets, let values):
                for (target, value) in zip(targets, values) {
                    if case .function = file.tree.expressions[value].kind { check(target, file, report) }
                }
            default: break
            }
        }
    }

    /// `bot.on_name`.
    private func check(_ target: SyntaxTree.ExpressionID, _ file: CheckedFile, _ report: (Report) -> Void) {
        guard case .index(let base, let key, _) = file.tree.expressions[target].kind,
            let name = file.tree.text(key), name.hasPrefix("on_"), file.shape(base) == .object("Bot")
        else { return }
        check(name, at: file.start(key), file, report)
    }

    private func check(_ written: String, at offset: Int, _ file: CheckedFile, _ report: (Report) -> Void) {
        let name = Shapes.event(written)
        guard !file.surface.events.contains(name), !file.surface.gatewayEvents.contains(name) else { return }
        let prefix = written.hasPrefix("on_") ? "on_" : ""
        let known = file.surface.events + file.surface.gatewayEvents.sorted()
        if let near = Suggestion.nearest(to: name, among: known) {
            report(
                .warning(
                    at: offset, "no event is called '\(written)': this is never called",
                    fix: "did you mean '\(prefix)\(near)'?"))
        } else {
            report(
                .warning(
                    at: offset, "no event is known by the name '\(written)'",
                    fix: "events are \(Hint.list(file.surface.events, limit: 30))"))
        }
    }
}
