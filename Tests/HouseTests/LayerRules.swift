/// The layers of `docs/architecture.md` as a table, and a checker that reads one source file against it.
///
/// Pure: it is given text and answers sentences, so that the tests can show it made-up sources.
struct LayerRules {
    /// A target may import any lower layer, never its own.
    static let layers: [String: Int] = [
        "CLua": 0, "CEdit": 0, "JSON": 0, "Stdlib": 0,
        "CLuaShim": 1, "FluxerModel": 1, "LuaSyntax": 1, "LineEditor": 1,
        "LuaRuntime": 2, "FluxerREST": 2, "FluxerGateway": 2, "FluxerCache": 2, "CommandKit": 2, "FluxerSandbox": 2,
        "PackHost": 3,
        "BotBindings": 4,
        "BotCore": 5,
        "BotTesting": 6, "ScriptCheck": 6,
        "moontide": 7,
    ]

    /// Modules of other packages, and the targets that are their doors. An empty list: every target but the pure ones.
    static let doors: [String: Set<String>] = [
        "ArgumentParser": ["moontide"],
        "AsyncHTTPClient": ["FluxerREST"],
        "HTTPTypes": ["FluxerSandbox"],
        "HummingbirdCore": ["FluxerSandbox"],
        "Logging": [],
        "Collections": [], "DequeModule": [], "OrderedCollections": [],
        "NIOConcurrencyHelpers": ["FluxerREST", "FluxerGateway", "FluxerSandbox"],
        "NIOCore": ["FluxerREST", "FluxerGateway", "FluxerSandbox"],
        "NIOFoundationCompat": ["FluxerREST"],
        "NIOHTTP1": ["FluxerREST", "FluxerGateway", "FluxerSandbox"],
        "NIOHTTPTypes": ["FluxerSandbox"],
        "NIOHTTPTypesHTTP1": ["FluxerSandbox"],
        "NIOPosix": ["FluxerREST", "FluxerGateway", "FluxerSandbox"],
        "NIOSSL": ["FluxerGateway", "FluxerREST"],
        "NIOWebSocket": ["FluxerGateway", "FluxerSandbox"],
    ]

    /// Parts of the system that every target may use. All of Foundation is not among them: it doubles a program's memory.
    static let system: Set<String> = [
        "FoundationEssentials", "Synchronization", "Dispatch", "Glibc", "Musl", "Darwin", "Android",
    ]

    /// Values and arithmetic only: nothing in them waits, and nothing in them knows a network.
    static let pure: Set<String> = ["JSON", "Stdlib", "FluxerModel", "LuaSyntax", "CommandKit"]

    /// What is wrong with a file, each as `path:line: sentence`. Empty: nothing.
    static func violations(target: String, path: String, text: String) -> [String] {
        guard let layer = layers[target] else {
            return ["\(path):1: the target \(target) has no layer: give it one in LayerRules and docs/architecture.md"]
        }
        return SwiftLines(text).lines.flatMap { line -> [String] in
            var found: [String] = []
            if let module = line.importedModule {
                if let reason = objection(to: module, in: target, layer: layer, guarded: line.guardedForPlatforms) {
                    found.append(reason)
                }
            }
            // libedit's handles have that type too.
            if target != "LuaRuntime", target != "LineEditor", line.words.contains("OpaquePointer") {
                found.append("OpaquePointer (a Lua state's type) belongs to LuaRuntime alone")
            }
            if pure.contains(target) {
                for word in ["async", "await", "actor", "Task"] where line.words.contains(word) {
                    found.append("\(target) is pure: no \(word) here")
                }
            }
            return found.map { "\(path):\(line.number): \($0)" }
        }
    }

    private static func objection(to module: String, in target: String, layer: Int, guarded: Bool) -> String? {
        if module == "CLua" || module == "CLuaShim" {
            return target == "LuaRuntime" ? nil : "\(module) is imported by LuaRuntime alone"
        }
        if module == "CEdit" { return target == "LineEditor" ? nil : "CEdit is imported by LineEditor alone" }
        if let other = layers[module] {
            guard other >= layer else { return nil }
            return "\(target) (layer \(layer)) may not import \(module) (layer \(other))"
        }
        if module == "Foundation" {
            // `#if canImport(FoundationEssentials) … #else import Foundation #endif` is how macOS gets it.
            return guarded ? nil : "import FoundationEssentials, not all of Foundation"
        }
        if system.contains(module) { return nil }
        guard let doors = doors[module] else {
            return "\(module) is not in LayerRules: a further dependency needs a reason and one door"
        }
        if doors.isEmpty {
            return pure.contains(target) && module == "Logging" ? "\(target) is pure: no logging here" : nil
        }
        return doors.contains(target) ? nil : "\(module) is imported by \(doors.sorted().joined(separator: ", ")) alone"
    }
}
