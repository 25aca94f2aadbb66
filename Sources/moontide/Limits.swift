import ArgumentParser
import BotCore
import PackHost

/// `moontide limits [PATH]`.
struct LimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "Prints what a pack may use.",
        discussion: "Without PATH the defaults; with it what each pack there gets. docs/limits.md explains each.")

    @Argument(help: "A .lua file, a folder with init.lua or pack.lua, or a project with moontide.lua.")
    var path: String?

    func run() async throws {
        guard let path else {
            LimitsCommand.text([("your own code", .own), ("confined packs", .confined)]).forEach { print($0) }
            return
        }
        let packs = PackConfiguration.loadOrder(of: try await locate(path).packs)
        LimitsCommand.text(packs.map { ($0.name, $0.limits) }).forEach { print($0) }
    }

    /// Lines with a column for each pack.
    static func text(_ packs: [(name: String, limits: PackLimits)]) -> [String] {
        var rows = [["limit"] + packs.map(\.name) + ["may be"]]
        for limit in Limit.allCases {
            let range = "\(limit.text(limit.range.lowerBound)) to \(limit.text(limit.range.upperBound))"
            rows.append(
                [limit.name] + packs.map { limit.text($0.limits[limit]) } + [
                    limit.mayBeOff ? range + ", or false" : range
                ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                column == widths.count - 1 ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count)
            }.joined(separator: "  ")
        }
        lines.append("")
        lines.append("Change them in moontide.lua: limits = { memory = \"16M\", cpu = \"50ms\", rest = \"5/s\" }")
        return lines
    }
}
