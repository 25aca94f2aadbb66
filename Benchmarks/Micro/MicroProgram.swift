#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `moontide-micro [--json] [lua|json|plain ...]`, and `moontide-micro http --api URL …`: small costs, each alone.
@main
enum MicroProgram {
    static let usage = """
        usage: moontide-micro [--json] [lua | json | plain ...]
               moontide-micro http --api URL [--count N] [--window N] [--json]
        """

    static func main() async {
        var words = Array(CommandLine.arguments.dropFirst())
        let table = Table(asJSON: words.contains("--json"))
        words.removeAll { $0 == "--json" }
        do {
            if words.first == "http" { return try await HTTPClientCost.run(Array(words.dropFirst()), table) }
            let all = ["lua", "json", "plain"]
            if let unknown = words.first(where: { !all.contains($0) }) {
                refuse("no such measurement: \(unknown)\n\(usage)")
            }
            for name in words.isEmpty ? all : words {
                switch name {
                case "lua": try await LuaCosts.run(table)
                case "json": try JSONCosts.run(table)
                default: try await PlainLua.run(table)
                }
            }
        } catch {
            refuse("moontide-micro: \(error)")
        }
    }

    static func refuse(_ text: String) -> Never {
        let line = Array((text + "\n").utf8)
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        exit(2)
    }
}
