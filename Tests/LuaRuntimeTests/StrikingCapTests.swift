import Testing

@testable import LuaRuntime

/// Errors through Swift frames while the memory cap strikes at each allocation in turn.
@Suite(.serialized) struct StrikingCapTests {
    /// Objects are made and held, host functions raise, and the host calls back into Lua.
    private static let text = """
        local kept = make()
        local function deep(n) if n == 0 then return fail_holding(kept, 'no') end return (deep(n - 1)) end
        pcall(deep, 5)
        pcall(call, function() local other = make() return fail_holding(other, ('x'):rep(40) .. kept.name) end)
        local t = {} for i = 1, 10 do t[i] = {make(), tostring(i)} end
        local co = coroutine.wrap(function() local held = make() coroutine.yield(held) fail_holding(held, 'in a coroutine') end)
        co()
        co()
        """

    @Test(.timeLimit(.minutes(5))) func tenThousandErrorsLeaveNoObjectAlive() async throws {
        let script = try await Script(LuaLimits(memory: 16 << 20, cpu: 60_000_000_000))
        let counter = Counter()
        await script.engine.run { state in
            state.pushFunction("make") { state in .values(Holder(counted: Counted(counter)).push(to: state)) }
            state.setGlobal("make")
            state.pushFunction("fail_holding") { state in
                let held = Counted(counter)
                let text = state.string(at: 2) ?? ""
                defer { withExtendedLifetime(held) {} }
                throw Refused(status: text.count)
            }
            state.setGlobal("fail_holding")
        }
        var struck = 0, other = 0, room = 0
        let wanted = 10_000
        while struck + other < wanted {
            // Sixteen bytes more each time, so that each allocation is once the one that passes the cap.
            room = room > 40_000 ? 0 : room + 16
            let bytes = room
            await script.engine.run { state in
                state.collect()
                state.memoryCap = state.memoryInUse + bytes
            }
            let error = try await script.error(Self.text)
            if error.message.hasSuffix("not enough memory") { struck += 1 } else { other += 1 }
            await script.engine.run { $0.memoryCap = 16 << 20 }
        }
        #expect(struck > 1_000, "\(struck) of \(wanted)")
        #expect(other > 100, "with room enough it ends by its own error")
        try await script.collect()
        #expect(counter.count == 0)
        #expect(try await script.text("return wait('works')") == "works")
    }
}
