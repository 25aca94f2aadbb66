import LuaRuntime

/// What Lua itself says of a text.
struct LuaOracle: Sendable {
    struct Verdict: Sendable, Equatable {
        let message: String?
        /// The line that the message names.
        let line: Int?
        var isAccepted: Bool { message == nil }
        /// The runtime's loader refuses some texts that Lua takes and gets wrong; those say nothing here.
        var isFence: Bool {
            message.map { $0.contains("index must not be a comparison") || $0.contains("index steps in a row") }
                ?? false
        }
    }

    private let engine: LuaEngine
    private let load: LuaReference

    init() async throws {
        engine = try await LuaEngine("oracle", limits: LuaLimits(cpu: 60_000_000_000))
        load = await engine.run { state in
            state.getGlobal("load")
            let reference = state.reference(at: -1)
            state.pop()
            return reference
        }
    }

    func verdicts(_ texts: [[UInt8]]) async throws -> [Verdict] {
        let load = load
        return try await engine.run { state in
            try texts.map { text in
                try state.call(
                    "load",
                    push: { state throws(LuaError) in
                        state.push(load)
                        text.withUnsafeBytes { state.push(bytes: $0) }
                        state.push("=t")
                        return 2
                    },
                    read: { state, count throws(LuaError) in
                        guard count == 2, state.type(at: -2) == .nil else { return Verdict(message: nil, line: nil) }
                        let message = state.string(at: -1) ?? "?"
                        let digits = message.split(separator: ":", maxSplits: 2).dropFirst().first
                        return Verdict(message: message, line: digits.flatMap { Int($0) })
                    })
            }
        }
    }
}
