import Testing

@Suite("layers")
struct LayerTests {
    @Test("every source file imports lower layers only, and every package through its door")
    func sources() throws {
        var found: [String] = []
        let files = try Repository.files(in: "Sources", suffix: ".swift")
        #expect(files.count > 10)
        for path in files {
            let target = String(path.split(separator: "/")[1])
            found += LayerRules.violations(target: target, path: path, text: try Repository.text(path))
        }
        for path in try Repository.files(in: "stdlib", suffix: ".swift") {
            found += LayerRules.violations(target: "Stdlib", path: path, text: try Repository.text(path))
        }
        #expect(found == [])
    }

    @Test("every target of the package has a layer")
    func targets() throws {
        let package = try Repository.text("Package.swift")
        let named = package.matches(of: /\.(?:systemLibrary|target|executableTarget)\(\s*name: "([^"]+)"/)
            .map { String($0.1) }
        // Stand outside: the plugin would be a cycle, the others are no part of the program.
        let tools: Set = ["embed-text", "moontide-fuzz", "moontide-load", "moontide-micro"]
        #expect(named.count > 10)
        #expect(Set(named).subtracting(tools) == Set(LayerRules.layers.keys))
    }

    @Test(
        "a planted violation is found",
        arguments: [
            ("FluxerREST", "import FluxerGateway", "FluxerREST (layer 2) may not import FluxerGateway (layer 2)"),
            ("FluxerModel", "import LuaRuntime", "FluxerModel (layer 1) may not import LuaRuntime (layer 2)"),
            ("PackHost", "@testable import BotCore", "PackHost (layer 3) may not import BotCore (layer 5)"),
            (
                "BotCore", "  public import struct moontide.Program",
                "BotCore (layer 5) may not import moontide (layer 7)"
            ),
            ("PackHost", "import CLua", "CLua is imported by LuaRuntime alone"),
            ("BotCore", "@preconcurrency import CLuaShim", "CLuaShim is imported by LuaRuntime alone"),
            ("BotCore", "var state: OpaquePointer?", "OpaquePointer (a Lua state's type) belongs to LuaRuntime alone"),
            ("FluxerModel", "func load() async throws {}", "FluxerModel is pure: no async here"),
            ("CommandKit", "let x = await y", "CommandKit is pure: no await here"),
            ("CommandKit", "actor Cooldowns {}", "CommandKit is pure: no actor here"),
            ("CommandKit", "import NIOCore", "NIOCore is imported by FluxerGateway, FluxerREST, FluxerSandbox alone"),
            ("BotCore", "import AsyncHTTPClient", "AsyncHTTPClient is imported by FluxerREST alone"),
            ("BotCore", "import ArgumentParser", "ArgumentParser is imported by moontide alone"),
            ("FluxerModel", "import Foundation", "import FoundationEssentials, not all of Foundation"),
            (
                "BotCore", "import Hummingbird",
                "Hummingbird is not in LayerRules: a further dependency needs a reason and one door"
            ),
        ])
    func planted(target: String, line: String, sentence: String) {
        let found = LayerRules.violations(target: target, path: "A.swift", text: "// one\n\(line)\n")
        #expect(found == ["A.swift:2: \(sentence)"])
    }

    @Test("a target without a layer is found")
    func unknownTarget() {
        #expect(LayerRules.violations(target: "Extra", path: "A.swift", text: "").count == 1)
    }

    @Test(
        "what is allowed is left alone",
        arguments: [
            ("LuaRuntime", "import CLua\nimport CLuaShim\nimport JSON\nlet state: OpaquePointer"),
            ("FluxerREST", "import AsyncHTTPClient\nimport NIOCore\nimport Logging\nimport FluxerModel"),
            (
                "FluxerModel",
                "#if canImport(FoundationEssentials)\nimport FoundationEssentials\n#else\nimport Foundation\n#endif"
            ),
            ("FluxerModel", "// async\n/* await\nactor */ let a = \"import Foundation, async\""),
            ("CommandKit", "let help = \"\"\"\n  async await\n  \"\"\"\nlet asynchronous = 1"),
            ("moontide", "import BotCore\nimport ArgumentParser\nimport FluxerSandbox\nimport Synchronization"),
        ])
    func allowed(target: String, text: String) {
        #expect(LayerRules.violations(target: target, path: "A.swift", text: text) == [])
    }
}
