import Logging
import LuaRuntime
import Synchronization
import Testing

@testable import PackHost

/// A program whose scripts see `emit(text)` and `register(name)`.
private final class EchoProgram: PackProgram {
    let lines = Mutex<[String]>([])

    /// Knows its generation, as the bot's context does.
    final class Registered {
        let generation: Generation
        var names: [String: String] = [:]
        init(_ generation: Generation) { self.generation = generation }
    }

    func prepare(_ state: LuaState, for generation: Generation) throws(LuaError) {
        let registered = Registered(generation)
        state.owner = registered
        state.pushFunction("emit") { [weak self] state in
            let line = state.string(at: 1) ?? "?"
            self?.lines.withLock { $0.append(line) }
            return .values(0)
        }
        state.setGlobal("emit")
        state.pushFunction("register") { state in
            (state.owner as? Registered)?.names[state.string(at: 1) ?? "?"] = state.string(at: 2) ?? ""
            return .values(0)
        }
        state.setGlobal("register")
        state.pushFunction("wait") { state in
            try state.checkCanWait()
            return .wait(
                LuaOperation {
                    try await Task.sleep(for: .seconds(3600))
                    return LuaValue.nil
                })
        }
        state.setGlobal("wait")
    }

    func registrations(_ state: LuaState) -> [String: String]? {
        (state.owner as? Registered).flatMap { $0.names.isEmpty ? nil : $0.names }
    }
    func validate(_ state: LuaState, for generation: Generation) throws(PackError) {}
    func committed(_ state: LuaState, for generation: Generation, reloaded: Bool) {
        lines.withLock { $0.append("committed \(generation.number) \(reloaded)") }
    }
    func pushBot(_ state: LuaState) { state.push("bot") }
}

private final class Heard: Sendable {
    let numbers = Mutex<[Int]>([])
}

@Suite("packs", .timeLimit(.minutes(1)))
struct PackTests {
    private func make(_ files: [String: String]) throws -> (Pack, EchoProgram, Folder) {
        let folder = try Folder()
        for (name, text) in files { try folder.write(text, to: name) }
        let program = EchoProgram()
        let pack = Pack(
            try PackSource(path: folder.path), program: program, limits: .own, clock: RealScriptClock(),
            grace: 1,
            logger: Logger(label: "test"))
        return (pack, program, folder)
    }

    @Test("a pack is a folder with init.lua; require finds its files once, with or without its name")
    func require() async throws {
        let (pack, program, folder) = try make([
            "init.lua": """
            local a = require "lib.words"
            local b = require "lib.words"
            emit(a.word .. tostring(a == b))
            register("x")
            """,
            "lib/words.lua": "emit('loading') return { word = 'hello ' }",
        ])
        defer { folder.remove() }
        _ = try await pack.load()
        #expect(program.lines.withLock { $0 } == ["loading", "hello true", "committed 1 false"])
        #expect(pack.watchedFiles.keys.contains(folder.path + "/lib/words.lua"))
        await pack.close("shutdown", within: 1)
    }

    @Test("a missing module names where it was looked for; modules that require each other say so")
    func missingModule() async throws {
        let (pack, _, folder) = try make([
            "init.lua": "require 'nowhere'", "a.lua": "require 'b'", "b.lua": "require 'a'",
        ])
        defer { folder.remove() }
        let error = await #expect(throws: PackError.self) { try await pack.load() }
        #expect(error?.detail.contains("module 'nowhere' not found") == true)
        #expect(error?.detail.contains("nowhere.lua") == true)
        try folder.write("require 'a'", to: "init.lua")
        let loop = await #expect(throws: PackError.self) { try await pack.load() }
        #expect(loop?.detail.contains("requires itself") == true)
    }

    @Test("names that leave the pack are no modules", arguments: ["../x", "a/../../b", "..", "a..b", ""])
    func escaping(_ name: String) async throws {
        let (pack, _, folder) = try make(["init.lua": "require '\(name)'"])
        defer { folder.remove() }
        let error = await #expect(throws: PackError.self) { try await pack.load() }
        #expect(error?.detail.contains("is no module name") == true || error?.detail.contains("not found") == true)
    }

    @Test("a pack that registers nothing has no entry point")
    func noEntryPoint() async throws {
        let (pack, _, folder) = try make(["init.lua": "local x = 1"])
        defer { folder.remove() }
        let error = await #expect(throws: PackError.self) { try await pack.load() }
        #expect(error?.code == .noEntryPoint)
    }

    @Test("the reasons why a path is no pack")
    func paths() throws {
        #expect(throws: PackError.self) { try PackSource(path: "/nowhere/at/all.lua") }
        let folder = try Folder()
        defer { folder.remove() }
        let empty = #expect(throws: PackError.self) { try PackSource(path: folder.path) }
        #expect(empty?.detail.contains("has no entry") == true)
        try folder.write("x", to: "notes.txt")
        #expect(throws: PackError.self) { try PackSource(path: folder.path + "/notes.txt") }
    }

    @Test(
        "a failed reload leaves the old generation serving and untold",
        arguments: ["x =", "error('no')", "register('x') function setup() error('no') end", "while true do end"])
    func failedReload(_ text: String) async throws {
        let (pack, program, folder) = try make([
            "init.lua": "register('!a') emit('one') function teardown() emit('torn') end"
        ])
        defer { folder.remove() }
        _ = try await pack.load()
        try folder.write(text, to: "init.lua")
        await #expect(throws: PackError.self) { try await pack.reload() }
        #expect(pack.serving?.number == 1)
        #expect(!program.lines.withLock { $0 }.contains("torn"))
        let heard = Mutex(false)
        await withCheckedContinuation { continuation in
            pack.deliver(
                Delivery(isDroppable: false) { _ in
                    heard.withLock { $0 = true }
                    continuation.resume()
                })
        }
        #expect(heard.withLock { $0 })
        await pack.close("shutdown", within: 1)
    }

    @Test(
        "handover that raises, or gives no plain data, warns and goes on with nil",
        arguments: ["error('x')", "return print"])
    func badHandover(_ body: String) async throws {
        let (pack, program, folder) = try make(["init.lua": "register('a') function handover() \(body) end"])
        defer { folder.remove() }
        _ = try await pack.load()
        try folder.write("register('a') function setup(bot, state) emit(tostring(state)) end", to: "init.lua")
        let report = try await pack.reload()
        #expect(report.warnings.count == 1)
        #expect(program.lines.withLock { $0 }.contains("nil"))
        await pack.close("shutdown", within: 1)
    }

    @Test("events keep their order over a swap, and each is handled once")
    func order() async throws {
        let (pack, _, folder) = try make(["init.lua": "register('a')"])
        defer { folder.remove() }
        _ = try await pack.load()
        let heard = Heard()
        let count = 5_000
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<count {
                    pack.deliver(Delivery(isDroppable: false) { _ in heard.numbers.withLock { $0.append(number) } })
                }
            }
            group.addTask { for _ in 0..<10 { _ = try? await pack.reload() } }
        }
        await withCheckedContinuation { continuation in
            pack.deliver(Delivery(isDroppable: false) { _ in continuation.resume() })
        }
        #expect(heard.numbers.withLock { $0 } == Array(0..<count))
        await pack.close("shutdown", within: 1)
    }

    @Test("a generation that was replaced, and one that failed to load, is gone with its state")
    func generationsDie() async throws {
        let (pack, _, folder) = try make(["init.lua": "register('a')"])
        defer { folder.remove() }
        _ = try await pack.load()
        weak let first = pack.serving
        #expect(first != nil)
        _ = try await pack.reload()
        while first != nil { await Task.yield() }
        #expect(pack.serving?.number == 2)
        await pack.close("shutdown", within: 1)
        #expect(pack.serving == nil)
    }

    @Test(
        "a load that waits ends at once when the pack is closed, and nothing of it is called afterwards",
        arguments: [
            ["init.lua": "emit('begun') wait() emit('went on')"],
            ["init.lua": "emit('begun') while true do pcall(wait) end"],
            ["init.lua": "local function spin() emit('begun') while true do end end while true do pcall(spin) end"],
            ["init.lua": "require 'other' emit('went on')", "other.lua": "emit('begun') wait()"],
            ["init.lua": "register('a') function setup() emit('begun') wait() emit('went on') end"],
        ])
    func closedWhileLoading(files: [String: String]) async throws {
        let (pack, program, folder) = try make(files)
        defer { folder.remove() }
        let load = Task { try await pack.load() }
        while program.lines.withLock(\.isEmpty) { await Task.yield() }
        let begun = ContinuousClock.now
        await pack.close("shutdown", within: 1)
        // A chunk may wait for 10 s.
        #expect(begun.duration(to: .now) < .seconds(5))
        await #expect(throws: PackError.self) { try await load.value }
        #expect(!program.lines.withLock { $0.contains("went on") || $0.contains("committed 1 false") })
        #expect(pack.serving == nil)
        await #expect(throws: PackError.self) { try await pack.load() }
    }

    @Test("a reload that waits ends at once when loads end, and the version that serves goes on until it is closed")
    func reloadEnded() async throws {
        let (pack, program, folder) = try make(["init.lua": "register('a')"])
        defer { folder.remove() }
        _ = try await pack.load()
        try folder.write("emit('begun') wait()", to: "init.lua")
        let reload = Task { try await pack.reload() }
        while !program.lines.withLock({ $0.contains("begun") }) { await Task.yield() }
        pack.endLoads()
        await #expect(throws: PackError.self) { try await reload.value }
        #expect(pack.serving?.number == 1)
        await pack.close("shutdown", within: 1)
    }

    @Test("a full mailbox drops what may be dropped first, and counts it")
    func mailbox() {
        var mailbox = Mailbox(limit: 3)
        mailbox.append(Delivery(isDroppable: false) { _ in })
        mailbox.append(Delivery(isDroppable: true) { _ in })
        mailbox.append(Delivery(isDroppable: false) { _ in })
        mailbox.append(Delivery(isDroppable: false) { _ in })
        #expect(mailbox.count == 3)
        #expect(mailbox.takeDropped() == 1)
        var kept: [Bool] = []
        while let next = mailbox.take() { kept.append(next.isDroppable) }
        #expect(kept == [false, false, false])
    }
}
