import Testing

@testable import LuaRuntime

/// What cannot yield holds its thread until it ends; others must not wait for that.
@Suite(.serialized) struct HeldThreadTests {
    static let holding = [
        "string.find(('a'):rep(250), '.-.-.-.-b$')",
        "table.sort({3, 2, 1}, function() while true do end end)",
        "table.move({}, 1, 1 << 60, 2)",
    ]

    @Test(.timeLimit(.minutes(2)), arguments: holding)
    func aPackAnswersWhileAnotherHoldsTheOnlyThread(_ text: String) async throws {
        let threads = ScriptThreads(limit: 1)
        let one = try await Script(LuaLimits(cpu: 500_000_000), threads: threads)
        let other = try await Script(threads: threads)
        async let attack = ended(one, text)
        await until { one.gate.notes == ["begins"] }
        var answers = 0
        for number in 0..<20 where try await other.text("return '\(number)'") == "\(number)" { answers += 1 }
        #expect(answers == 20)
        #expect(one.gate.notes == ["begins"], "the attack still goes on")
        #expect(try await attack.name == "BudgetExceeded")
    }

    private func ended(_ script: Script, _ text: String) async throws -> LuaError {
        let error = try await script.error("note('begins') \(text)", label: "!attack")
        script.gate.note("ended")
        return error
    }
}
