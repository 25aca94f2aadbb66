import LuaRuntime

/// The packs that `moontide.lua` lists.
extension Project {
    private static let knownOfPacks = ["path", "order", "grant", "trusted", "limits", "settings"]

    mutating func readPacks(_ table: Settings) throws(PackError) {
        let own = try Project.limits(table, base: .own)
        let confined = try Project.limits(table, base: .confined)
        let listed = try table.table("packs")
        for name in listed.names {
            let entry = try listed.table(name)
            warnings += entry.warnAboutOthers(known: Project.knownOfPacks)
            guard PackSource.isName(name) else {
                throw listed.error(name, "is no name of a pack: letters, digits, - and _, at most 64")
            }
            guard let path = try entry.string("path"), !path.isEmpty else {
                throw listed.error(name, "has no path: write path = \"packs/\(name)\"")
            }
            let isTrusted = try entry.bool("trusted") ?? false
            let grant = try Project.grant(entry)
            if isTrusted, grant != .none {
                throw entry.error("grant", "stands beside trusted = true, which gives everything: take one of them out")
            }
            let limits = entry.value("limits")
            do throws(LimitError) { _ = try PackLimits(parsing: limits, base: .own) } catch {
                throw PackError(.invalid, pack: name, "moontide.lua: packs.\(name).\(error)")
            }
            packs.append(
                PackSite(
                    name: name, path: path.hasPrefix("/") ? path : root + "/" + path, label: path,
                    grant: isTrusted ? .trusted : grant, limits: limits, base: isTrusted ? own : confined,
                    settings: try entry.table("settings").names.isEmpty ? .table([:]) : entry.value("settings"),
                    order: try entry.integer("order", in: -1_000_000...1_000_000) ?? 0))
        }
        let file = try table.string("entry")
        let path = root + "/" + (file ?? "bot.lua")
        if file != nil || PackSource.kind(of: path) == .file {
            guard PackSource.isBelowRoot(file ?? "bot.lua"), PackSource.kind(of: path) != nil else {
                throw table.error("entry", "names \(file ?? "bot.lua"), which is not below the project's folder")
            }
            let base = (file ?? "bot.lua").split(separator: "/").last.map(String.init) ?? "bot"
            let name = base.hasSuffix(".lua") ? String(base.dropLast(4)) : base
            guard !packs.contains(where: { $0.name == name }) else {
                throw listed.error(name, "has the entry's name: give one of them another")
            }
            entry = PackSite(
                name: name, path: path, label: file ?? "bot.lua", grant: .trusted, limits: .nil, base: own,
                settings: .table([:]), order: 0, isEntry: true)
        }
        if entry == nil, packs.isEmpty {
            throw PackError(
                .notFound, pack: "project",
                "the project in \(root) has nothing to run: put a bot.lua beside moontide.lua, or list packs = { … } in it"
            )
        }
    }

    private static func limits(_ table: Settings, base: PackLimits) throws(PackError) -> PackLimits {
        do throws(LimitError) { return try PackLimits(parsing: table.value("limits"), base: base) } catch {
            throw PackError(.invalid, pack: "project", "moontide.lua: \(error)")
        }
    }

    private static func grant(_ entry: Settings) throws(PackError) -> Grant {
        switch entry.value("grant") {
        case .nil: return .none
        case .string("manifest"): return .manifest
        case .string(let word):
            throw entry.error(
                "grant", "is \"\(word.prefix(60))\": write \"manifest\", or a list such as { \"messages:send\" }")
        default:
            let words = try entry.strings("grant") ?? []
            for word in words {
                if let problem = Capability.problem(with: word) { throw entry.error("grant", "has " + problem) }
            }
            return words.isEmpty ? .none : .list(words)
        }
    }
}
