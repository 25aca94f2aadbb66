import BotCore
import JSON
import LuaRuntime
import PackHost
import Stdlib
import Synchronization

/// One spec that a file declares.
public struct SpecCase: Sendable {
    /// From 1, in the order of the file.
    public let index: Int
    /// With the groups around it: `ban › refuses members without the permission`.
    public let name: String
    /// Where it begins in the file.
    public let line: Int?
    /// Why it is not run.
    public let skip: String?
    /// Which bot it is about, where the file says so.
    let bot: SpecBot?
}

/// A spec file in a Lua state of its own: its specs, and what it wrote.
final class SpecState: Sendable {
    let file: SpecFile
    let engine: LuaEngine
    private let functions = Mutex<(list: LuaReference, run: LuaReference)?>(nil)
    private let lines = Mutex<[String]>([])

    init(_ file: SpecFile, limits: LuaLimits) async throws(LuaError) {
        self.file = file
        engine = try await LuaEngine(file.name, limits: limits)
    }

    /// What the file has printed since the last call.
    func takeLines() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }

    /// Runs the file and answers the specs that it declares.
    func load(timeout: Double) async throws(LuaError) -> [SpecCase] {
        let text: String
        do throws(PackError) { text = try file.read() } catch { throw .spec(error.detail) }
        do {
            try await engine.run { state throws in try self.prepare(state) }
        } catch { throw LuaError(error) }
        try await call("load \(file.name)", timeout: timeout) { state throws(LuaError) in
            try state.load(text, name: self.file.name)
            return 0
        }
        let found = Mutex<LuaValue>(.nil)
        try await call("the list of specs", timeout: timeout) { state throws(LuaError) in
            guard let functions = self.functions.withLock({ $0 }) else { return 0 }
            state.push(functions.list)
            return 0
        } read: { state, count throws(LuaError) in
            guard count > 0 else { return }
            let value = try state.value(at: -count)
            found.withLock { $0 = value }
        }
        return try found.withLock { $0 }.items.enumerated().map { index, item throws(LuaError) in
            var line: Int?
            if case .int(let number) = item["line"], number > 0 { line = Int(clamping: number) }
            return SpecCase(
                index: index + 1, name: item["name"].text ?? "", line: line, skip: item["skip"].text,
                bot: try file.bot(saidAs: item["bot"]))
        }
    }

    /// Runs one spec in a world.
    func run(_ spec: SpecCase, in world: SpecWorld, timeout: Double) async throws(LuaError) {
        try await call(spec.name, timeout: timeout, world: world) { state throws(LuaError) in
            guard let functions = self.functions.withLock({ $0 }) else { throw .spec("the file is not loaded") }
            state.push(functions.run)
            state.push(Int64(spec.index))
            return 1 + world.push(to: state)
        }
    }

    /// Lets go of the state.
    func close() async {
        functions.withLock { $0 = nil }
        await engine.run { state in
            state.cancelAll("the file is done with")
            state.owner = nil
        }
    }

    // MARK: Calls

    /// Runs an invocation to its end. One that gets nowhere for `timeout` seconds is ended.
    private func call(
        _ label: String, timeout: Double, world: SpecWorld? = nil,
        push: @escaping @Sendable (LuaState) throws(LuaError) -> Int32,
        read: @escaping @Sendable (LuaState, Int32) throws(LuaError) -> Void = { _, _ in }
    ) async throws(LuaError) {
        let engine = engine
        let number = Mutex<UInt64?>(nil)
        let watch = SpecWatch(timeout: timeout, world: world) { reason in
            engine.enqueue { state in
                if let number = number.withLock({ $0 }) { state.cancel(number, reason) }
            }
        }
        defer { watch.end() }
        let outcome: Result<Void, LuaError> = await withCheckedContinuation { continuation in
            engine.enqueue { state in
                do throws(LuaError) {
                    let invocation = try state.start(label, push: push) { state, outcome in
                        switch outcome {
                        case .raised(let error): continuation.resume(returning: .failure(error))
                        case .returned(let count):
                            do throws(LuaError) {
                                try read(state, count)
                                continuation.resume(returning: .success(()))
                            } catch { continuation.resume(returning: .failure(error)) }
                        }
                    }
                    number.withLock { $0 = invocation.number }
                } catch { continuation.resume(returning: .failure(error)) }
            }
        }
        do throws(LuaError) { try outcome.get() } catch {
            throw error.name == LuaError.cancelledName ? .stuck(error.message) : error
        }
    }

    // MARK: What a spec file finds

    private func prepare(_ state: LuaState) throws(LuaError) {
        guard let library = Stdlib.file(module: "fluxer.test") else {
            throw LuaError.spec("the library is missing from the program")
        }
        state.pushFunction("print") { [weak self] state in
            var words: [String] = []
            for index in 1...max(1, state.top) where index <= state.top {
                words.append(state.string(at: index) ?? state.describe(at: index))
            }
            self?.lines.withLock { lines in
                if lines.count < 1_000 { lines.append(words.joined(separator: "\t")) }
            }
            return .values(0)
        }
        state.setGlobal("print")
        try state.load(library.text.description, name: "moontide/" + library.path)
        let chunk = state.reference(at: -1)
        state.pop()
        let module = Mutex<LuaReference?>(nil)
        try state.call(
            "library",
            push: { state throws(LuaError) in
                state.push(chunk)
                state.push(module: SpecHost.module)
                return 1
            },
            read: { state, count throws(LuaError) in
                guard count == 3 else { throw LuaError.spec("fluxer.test is not as the program expects it") }
                module.withLock { $0 = state.reference(at: -3) }
                let list = state.reference(at: -2), run = state.reference(at: -1)
                self.functions.withLock { $0 = (list, run) }
            })
        try installRequire(state, module.withLock { $0 })
    }

    /// `require`: `fluxer.test`, files beside the spec, and files of the bot's folder.
    private func installRequire(_ state: LuaState, _ module: LuaReference?) throws(LuaError) {
        try state.load(SpecState.requireText, name: "moontide/require.lua")
        let chunk = state.reference(at: -1)
        state.pop()
        state.pushFunction("require") { [weak self] state in
            guard let self, let name = state.string(at: 1, converting: false) else {
                throw LuaError.argument(
                    1, of: "require", parameter: "module", expected: "string", found: state.describe(at: 1))
            }
            let (text, file) = try self.file.module(name)
            try state.load(text, name: file)
            return .values(1)
        }
        let finder = state.reference(at: -1)
        state.pop()
        try state.call(
            "require",
            push: { state throws(LuaError) in
                state.push(chunk)
                state.push(finder)
                if let module { state.push(module) } else { state.pushNil() }
                return 2
            },
            read: { state, _ throws(LuaError) in
                state.pushCopy(of: -1)
                state.setGlobal("require")
            })
    }

    private static let requireText = """
        local find, test = ...
        local loaded = { ["fluxer.test"] = test }
        return function(name)
            local value = loaded[name]
            if value ~= nil then return value end
            local result = find(name)(name)
            if result == nil then result = true end
            loaded[name] = result
            return result
        end
        """
}

/// Watches over one call of a spec file: one that gets nowhere is ended.
final class SpecWatch: Sendable {
    private let task: Task<Void, any Error>

    /// - Parameters:
    ///   - timeout: seconds of real time without a step; ten times that are all that the call may take.
    ///   - stop: told the reason, once.
    init(timeout: Double, world: SpecWorld?, stop: @escaping @Sendable (String) -> Void) {
        task = Task.detached {
            let begun = ContinuousClock.now
            var last: (steps: UInt64, since: ContinuousClock.Instant) = (world?.steps ?? 0, begun)
            while true {
                try await Task.sleep(for: .seconds(max(timeout / 20, 0.01)))
                let now = ContinuousClock.now
                let steps = world?.steps ?? 0
                if steps != last.steps { last = (steps, now) }
                // A look at the world that gets nowhere says so itself, and better, at the time-out.
                if now - last.since > .seconds(timeout * 1.2) {
                    return stop(
                        "it got nowhere for \(Excerpt.seconds(timeout)): it spins, or waits for something that never comes"
                    )
                }
                if now - begun > .seconds(timeout * 10) {
                    return stop("it took longer than \(Excerpt.seconds(timeout * 10))")
                }
            }
        }
    }

    func end() { task.cancel() }
}
