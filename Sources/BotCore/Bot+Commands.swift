import BotBindings
import CommandKit

extension Bot {
    /// What one writes to call its commands: each name with the first prefix, sorted. Hidden ones are left out.
    public var commandNames: [String] {
        let prefix =
            world.registry.options.prefixes.lazy.compactMap { prefix -> String? in
                if case .text(let text) = prefix { return text }
                return nil
            }.first ?? ""
        let help = world.registry.options.hasHelp && world.registry["help"] == nil ? ["\(prefix)help"] : []
        let shown = world.registry.sorted.filter { !$0.definition.isHidden }
        return (shown.map { prefix + $0.name } + help).sorted()
    }
}
