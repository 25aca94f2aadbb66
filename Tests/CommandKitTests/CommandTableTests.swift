import CommandKit
import Testing

@Suite("command table")
struct CommandTableTests {
    private func table(_ ignoresCase: Bool = true) throws -> CommandTable<Int> {
        var table = CommandTable<Int>(ignoresCase: ignoresCase)
        try table.add(name: "ping", aliases: ["p", "pong"], owner: "hello", handler: 1)
        try table.add(Signature(parsing: "Größe|size <what>"), owner: "hello", handler: 2)
        return table
    }

    private func told(_ table: CommandTable<Int>) -> String {
        table.sorted.map { $0.names.joined(separator: "|") }.joined(separator: " ")
    }

    @Test("a command is found by its name and its aliases")
    func found() throws {
        let table = try table()
        for name in ["ping", "p", "pong", "PING", "Pong"] { #expect(table[name]?.handler == 1, "\(name)") }
        for name in ["größe", "GRÖßE", "Größe", "SIZE"] { #expect(table[name]?.handler == 2, "\(name)") }
        for name in ["", "pin", "pings", "ping "] { #expect(table[name]?.name == nil, "\(name)") }
        #expect(table.count == 2)
    }

    @Test("where case counts, it counts")
    func caseCounts() throws {
        var table = try table(false)
        #expect(table["ping"]?.handler == 1)
        #expect(table["Ping"]?.name == nil)
        try table.add(name: "Ping", handler: 3)
        #expect(table["Ping"]?.handler == 3)
    }

    @Test("a name that is taken is refused, names both, and changes nothing")
    func clashes() throws {
        var table = try table()
        let before = told(table)
        let rows: [(String, [String], String, String)] = [
            ("ping", [], "hello", "The command \"ping\" is already the name of the command \"ping\"."),
            ("PONG", [], "hello", "The command \"PONG\" is already an alias of \"ping\"."),
            (
                "beat", ["b", "P"], "heart",
                "The alias \"P\" of \"beat\" (heart) is already an alias of \"ping\" (hello)."
            ),
            (
                "ping", [], "other",
                "The command \"ping\" (other) is already the name of the command \"ping\" (hello)."
            ),
            ("beat", ["ping"], "hello", "The alias \"ping\" of \"beat\" is already the name of the command \"ping\"."),
            ("beat", ["x", "X"], "hello", "The alias \"X\" of \"beat\" is already one of its own names."),
            ("beat", ["Beat"], "hello", "The alias \"Beat\" of \"beat\" is already one of its own names."),
        ]
        for (name, aliases, owner, message) in rows {
            let error = #expect(throws: CommandError.self) {
                try table.add(name: name, aliases: aliases, owner: owner, handler: 9)
            }
            #expect(error?.message == message)
            #expect(error?.name == "CommandRegistrationError")
            #expect(error?[field: "alias_conflict"] == .bool(message.hasPrefix("The alias")))
            #expect(told(table) == before)
            #expect(table["beat"]?.name == nil && table["b"]?.name == nil && table["x"]?.name == nil)
        }
    }

    @Test("removing by name removes the aliases too, by alias only the alias")
    func removing() throws {
        var table = try table()
        #expect(table.remove("nothing")?.name == nil)
        #expect(table.remove("P")?.name == "ping")
        #expect(table["p"]?.name == nil)
        #expect(table["ping"]?.aliases == ["pong"])
        try table.add(name: "p", handler: 4)
        #expect(table.remove("PING")?.names == ["ping", "pong"])
        #expect(table["pong"]?.name == nil)
        #expect(table["p"]?.handler == 4)
        table.removeAll { $0.owner == "hello" }
        #expect(told(table) == "p")
        table.removeAll { _ in true }
        #expect(table.isEmpty)
        try table.add(name: "size", handler: 5)
        #expect(table["size"]?.handler == 5)
    }

    @Test("a copy is another table")
    func copies() throws {
        let serving = try table()
        var next = serving
        next.remove("ping")
        #expect(serving["p"]?.handler == 1)
        #expect(next["p"]?.name == nil)
    }

    @Test("the walk is by name")
    func order() throws {
        var table = CommandTable<Int>()
        for (number, name) in ["zeta", "alpha", "Beta", "ähm"].enumerated() {
            try table.add(name: name, handler: number)
        }
        #expect(told(table) == "Beta alpha zeta ähm")
    }

    @Test("any series of changes leaves names that lead to their commands")
    func anySeries() {
        SeededGenerator.run("command table") { generator in
            var table = CommandTable<String>()
            var model: [String: [String]] = [:]
            let names = ["a", "A", "b", "B", "c", "d", "É", "é"]
            for _ in 0..<5_000 {
                let name = names.randomElement(using: &generator) ?? "a"
                let lowered = name.lowercased()
                if Bool.random(using: &generator) {
                    let aliases = names.shuffled(using: &generator).prefix(Int.random(in: 0...2, using: &generator))
                    let wanted = [lowered] + aliases.map { $0.lowercased() }
                    let taken = Set(model.flatMap { [$0.key] + $0.value })
                    let isFree = Set(wanted).count == wanted.count && taken.isDisjoint(with: wanted)
                    do throws(CommandError) {
                        try table.add(name: name, aliases: Array(aliases), handler: lowered)
                        #expect(isFree)
                        model[lowered] = Array(wanted.dropFirst())
                    } catch {
                        #expect(!isFree)
                    }
                } else {
                    table.remove(name)
                    if model.removeValue(forKey: lowered) == nil {
                        for key in model.keys { model[key]?.removeAll { $0 == lowered } }
                    }
                }
                #expect(table.count == model.count)
                for name in names {
                    let home = model.first { $0.key == name.lowercased() || $0.value.contains(name.lowercased()) }?.key
                    #expect(table[name]?.handler == home)
                }
            }
        }
    }
}

@Suite("did you mean")
struct SuggestionTests {
    @Test("a slip of the finger is recognized, another word is not")
    func slips() {
        let names = ["ping", "purge", "ban", "hammer", "reminder", "leaderboard"]
        let rows: [(String, String?)] = [
            ("pign", "ping"), ("pin", "ping"), ("PING", "ping"), ("pingg", "ping"), ("bna", "ban"), ("purg", "purge"),
            ("hamer", "hammer"), ("remidner", "reminder"), ("leederbord", "leaderboard"),
            ("leaderboards", "leaderboard"),
            ("x", nil), ("", nil), ("dog", nil), ("elephant", nil), (String(repeating: "p", count: 4000), nil),
        ]
        for (word, meant) in rows { #expect(Suggestion.nearest(to: word, among: names) == meant, "\(word)") }
        #expect(Suggestion.nearest(to: "bat", among: ["ban", "bar"]) == "ban")
        #expect(Suggestion.nearest(to: "bar", among: ["ban", "bar"]) == "bar")
        #expect(Suggestion.nearest(to: "ban", among: []) == nil)
    }

    @Test("of a table names and aliases are suggested, hidden commands are not")
    func table() throws {
        var table = CommandTable<Bool>()
        try table.add(name: "remind", aliases: ["alarm"], handler: false)
        try table.add(name: "reming", handler: true)
        #expect(table.suggestion(for: "alrm") == "alarm")
        #expect(table.suggestion(for: "remin") == "remind")
        #expect(table.suggestion(for: "reming") == "reming")
        #expect(table.suggestion(for: "reming", where: { !$0.handler }) == "remind")
    }
}
