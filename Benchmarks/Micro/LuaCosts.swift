import LuaRuntime

/// What crossing between Lua and Swift costs, beside the figures that the design rests on.
enum LuaCosts {
    private static let calls = 1_000_000

    static func run(_ table: Table) async throws {
        try await LuaEngine("micro", limits: limits).run { state in
            try sync(state, table)
            try coroutines(state, table)
            try invocations(state, table)
        }
        try await waits(table)
        try await states(table)
    }

    static let limits = LuaLimits(memory: 256 << 20, cpu: 60_000_000_000, loadCPU: 60_000_000_000)

    /// Runs a chunk to its end on a coroutine of its own.
    static func run(_ text: String, in state: LuaState) throws {
        try state.call(
            "micro", budget: limits.cpu,
            push: { state throws(LuaError) in
                try state.load(text, name: "micro.lua")
                return 0
            }, read: { _, _ throws(LuaError) in })
    }

    private static func loop(_ body: String, _ count: Int = calls) -> String {
        "local direct, typed, object = direct, typed, object\nfor i = 1, \(count) do \(body) end"
    }

    private static func sync(_ state: LuaState, _ table: Table) throws {
        state.pushFunction("direct") { state in
            state.push((state.exactInteger(at: 1) ?? 0) &+ 1)
            return .values(1)
        }
        state.setGlobal("direct")
        state.push(
            module: LuaModule(
                "micro", "Functions to call.",
                [
                    .function("typed", "One more.", Param<Int>("number", "A number.")) { state, number in
                        state.push(Int64(number &+ 1))
                        return .values(1)
                    }
                ]))
        state.getField("typed", of: -1)
        state.setGlobal("typed")
        state.pop()
        _ = Sample(text: "a text of some length", number: 7).push(to: state)
        state.setGlobal("object")
        let empty = try Bench.time(calls) { try run(loop("local x = i"), in: state) }.median
        func row(_ name: String, _ body: String, goal: Double? = nil) throws {
            table.row(name, try Bench.time(calls, less: empty) { try run(loop(body), in: state) }, goal: goal)
        }
        try row("call of a Swift closure", "local x = direct(i)", goal: 57)
        try row("call of a function with typed parameters", "local x = typed(i)", goal: 195)
        try row("a number field of a Swift object", "local x = object.number")
        try row("a text field of a Swift object", "local x = object.text")
        try row("a method of a Swift object", "local x = object:twice(i)")
    }

    private static func coroutines(_ state: LuaState, _ table: Table) throws {
        let count = 300_000
        table.row(
            "coroutine: a yield and a resume",
            try Bench.time(count) {
                try run(
                    "local co = coroutine.wrap(function() while true do coroutine.yield() end end) for _ = 1, \(count) do co() end",
                    in: state)
            })
        table.row(
            "coroutine: made, run, thrown away",
            try Bench.time(count / 3) {
                try run(
                    "local f = function() end for _ = 1, \(count / 3) do coroutine.wrap(f)() end", in: state)
            }, goal: 507)
    }

    private static func invocations(_ state: LuaState, _ table: Table) throws {
        let count = 200_000
        try state.load("return 1", name: "nothing.lua")
        let function = state.reference(at: -1)
        state.pop()
        table.row(
            "a Lua function started by the host on a pooled coroutine",
            try Bench.time(count) {
                for _ in 0..<count {
                    try state.start(
                        "micro",
                        push: { state throws(LuaError) in
                            state.push(function)
                            return 0
                        }, finished: { _, _ in })
                }
            }, goal: 78)
    }

    private static func waits(_ table: Table) async throws {
        let count = 20_000
        let engine = try await LuaEngine("micro", limits: limits)
        try await engine.run { state in
            state.pushFunction("wait") { _ in .wait(LuaOperation { LuaNothing() }) }
            state.setGlobal("wait")
            try state.load("local n = ... for _ = 1, n do wait() end", name: "wait.lua")
            state.setGlobal("work")
        }
        let figure = await Bench.time(count) {
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                engine.enqueue { state in
                    do {
                        try state.start(
                            "micro",
                            push: { state throws(LuaError) in
                                state.getGlobal("work")
                                state.push(Int64(count))
                                return 1
                            }, finished: { _, _ in done.resume() })
                    } catch { done.resume() }
                }
            }
        }
        table.row("a wait: out to a Swift task, and back to the script's thread", figure)
        let hops = await Bench.time(count) {
            for _ in 0..<count { await engine.run { _ in } }
        }
        table.row("an actor call on a script's thread, and back", hops)
    }

    private static func states(_ table: Table) async throws {
        let count = 200
        table.row(
            "a new state, opened and closed",
            try await LuaEngine("micro").run { _ in
                try Bench.time(count) {
                    for _ in 0..<count { _ = try LuaState() }
                }
            }, goal: 60_000)
        let bytes = try await LuaEngine("micro").run { $0.memoryInUse }
        table.row("Lua memory of a new state", Figure([Double(bytes) / 1000]), unit: "KB", goal: 21)
    }
}

/// A Swift value that scripts see.
private struct Sample: LuaBound {
    let text: String
    let number: Int

    static let luaType: LuaType<Sample> = LuaType(
        "Sample", "Something with fields.",
        members: [
            .field("text", "A text.") { $0.text },
            .field("number", "A number.") { $0.number },
            .method("twice", "Twice a number.", Param<Int>("number", "A number.")) { _, number in number &* 2 },
        ])
}
