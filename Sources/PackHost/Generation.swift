import LuaRuntime
import Synchronization

/// What installs a pack's API into a fresh state and hears of its life. Implemented by the bot.
public protocol PackProgram: Sendable {
    /// Installs modules, globals and the state's `owner`. On the state's thread.
    func prepare(_ state: LuaState, for generation: Generation) throws(LuaError)
    /// What the generation has registered, by name (`!ping`) with a fingerprint; nil where nothing at all. On its thread.
    func registrations(_ state: LuaState) -> [String: String]?
    /// Checks what the staged generation wants against the rest of the bot. On its thread.
    func validate(_ state: LuaState, for generation: Generation) throws(PackError)
    /// The generation serves from now on. On its thread.
    func committed(_ state: LuaState, for generation: Generation, reloaded: Bool)
    /// Pushes the value scripts know as `bot`.
    func pushBot(_ state: LuaState)
}

/// One load of a pack: its state, its scope, the files it read.
public final class Generation: Sendable {
    /// Counts the loads of the pack, from 1.
    public let number: Int
    public let source: PackSource
    let engine: LuaEngine
    /// Counts what goes on, for a clock moved by hand.
    let work: WorkCount?
    let program: any PackProgram
    private let isAbandoned = Atomic(false)
    /// What the pack may say and ask for in a time; the same for all its generations.
    public let budget: PackBudget
    private let abandonment = Abandonment()
    private let files = Mutex<[String: FileStamp?]>([:])
    private let entry = Mutex<LuaReference?>(nil)
    /// What was loaded, as it was then: the files may have been saved since.
    private let texts = Mutex<[String: String]>([:])

    /// Wall time a chunk and `setup` may take.
    static let loadTime: Double = 10
    static let handoverTime: Double = 1

    /// - Parameters:
    ///   - account: the pack's.
    ///   - budget: the pack's.
    ///   - isStuck: called on another thread when the state is inside one call of C for long.
    init(
        number: Int, source: PackSource, account: LuaAccount, budget: PackBudget, program: any PackProgram,
        work: WorkCount? = nil, threads: ScriptThreads = .shared,
        isStuck: @escaping @Sendable (ScriptExecutor.Stuck) -> Void
    ) async throws(LuaError) {
        self.number = number
        self.source = source
        self.work = work
        self.program = program
        self.budget = budget
        engine = try await LuaEngine(
            source.name, limits: budget.limits.lua, confined: budget.limits.isConfined, threads: threads,
            account: account, work: work, isStuck: isStuck)
    }

    /// Gives the generation up: its state is inside a call of C that does not end. Whoever waits for it waits no longer.
    func giveUp() {
        abandonment.begin()
        engine.enqueue { $0.cancelAll("the version was given up: it was stuck inside a call of C") }
    }

    /// Whether it was given up.
    var isGivenUp: Bool { abandonment.hasBegun }

    /// Paths of the files it was made from, and how they were then.
    var stamps: [String: FileStamp?] { files.withLock { $0 } }

    /// Ends its loading at once: what runs is cancelled, and nothing more is called. For a generation that will not serve.
    func abandon() {
        isAbandoned.store(true, ordering: .releasing)
        engine.enqueue { $0.cancelAll("cancelled: the pack is closing") }
    }

    /// Lets go of what the state holds of the host. The state's owner knows its generation, which holds the state: without
    /// this none of them would ever die.
    func close() async {
        await engine.run { state in
            state.owner = nil
            state.onInvocationEnd = nil
            state.onBreach = nil
            state.invocationEnded = nil
        }
        entry.withLock { $0 = nil }
    }

    /// The text of a file as this generation loaded it; nil for files it did not load.
    public func text(of file: String) -> String? { texts.withLock { $0[file] } }

    /// Lines around `line` of a file as this generation loaded it, for error cards.
    public func excerpt(_ file: String, line: Int, around: Int = 2) -> [(line: Int, text: String)] {
        text(of: file).map { PackSource.lines(of: $0, line, around) } ?? []
    }

    /// Runs on the state's thread, in order.
    public func enqueue(_ body: @escaping @Sendable (LuaState) -> Void) { engine.enqueue(body) }

    /// Runs on the state's thread.
    public func run<R: Sendable>(_ body: @Sendable (LuaState) throws -> R) async rethrows -> R {
        try await engine.run(body)
    }

    /// Runs on the state's thread; nil where the generation is given up first.
    func runUnlessGivenUp<R: Sendable>(_ body: @escaping @Sendable (LuaState) -> R) async -> R? {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation, abandonment)
            engine.enqueue { answer.give(body($0)) }
            answer.giveUp(with: nil)
        }
    }

    // MARK: Loading

    /// Prepares the state: what scripts find in it before any of them has run.
    func prepare() async throws(PackError) {
        do {
            try await engine.run { state throws in
                try self.installRequire(state)
                try self.program.prepare(state, for: self)
                state.pushNil()
                state.setGlobal(LuaState.preloadName)
            }
        } catch {
            throw failure(LuaError(error))
        }
    }

    /// Prepares the state and runs the entry chunk, against a staging scope nobody sees.
    func load(clock: any ScriptClock) async throws(PackError) {
        try await prepare()
        let text = try read(source.entry)
        let result = try await invoke("load \(source.entry)", seconds: Generation.loadTime, clock: clock) {
            state throws(LuaError) in
            try state.load(text, name: self.source.entry)
            return 0
        }
        entry.withLock { $0 = result }
    }

    /// Calls `setup(bot, state)` if there is one, then checks what was registered.
    func setUp(_ handed: LuaValue, clock: any ScriptClock) async throws(PackError) {
        let hasSetup = try await call("setup", seconds: Generation.loadTime, clock: clock) { state in
            self.program.pushBot(state)
            _ = handed.push(to: state)
            return 2
        }
        let registered = await engine.run { self.program.registrations($0) }
        if registered == nil, !hasSetup {
            throw PackError(
                .noEntryPoint, pack: source.name,
                "\(source.entry) registered nothing: define a command with bot:command(\"ping\", function(ctx) … end), "
                    + "a listener, or function setup(bot)")
        }
        do {
            try await engine.run { try self.program.validate($0, for: self) }
        } catch {
            throw error as? PackError ?? failure(LuaError(error))
        }
    }

    /// `handover(bot)` of the generation that serves: plain data, or nil with the reason where it failed.
    func handOver(clock: any ScriptClock) async -> (LuaValue, String?) {
        do {
            let box = Mutex<LuaValue>(.nil)
            _ = try await call("handover", seconds: Generation.handoverTime, clock: clock) { state in
                self.program.pushBot(state)
                return 1
            } result: { state, count throws(LuaError) in
                guard count > 0 else { return }
                let value = try state.value(at: -count)
                box.withLock { $0 = value }
            }
            return (box.withLock { $0 }, nil)
        } catch {
            return (.nil, error.detail)
        }
    }

    /// `teardown(bot, reason)`; its failure is reported, no more.
    func tearDown(_ reason: String, clock: any ScriptClock) async -> PackError? {
        do {
            _ = try await call("teardown", seconds: 2, clock: clock) { state in
                self.program.pushBot(state)
                state.push(reason)
                return 2
            }
            return nil
        } catch {
            return error
        }
    }

    // MARK: Calls

    /// Calls the function `name`: a field of what the chunk returned, or a global. False where there is none.
    private func call(
        _ name: String, seconds: Double, clock: any ScriptClock,
        arguments: @escaping @Sendable (LuaState) -> Int32,
        result: @escaping @Sendable (LuaState, Int32) throws(LuaError) -> Void = { _, _ in }
    ) async throws(PackError) -> Bool {
        let returned = entry.withLock { $0 }
        let search: LuaReference?? = await runUnlessGivenUp { state -> LuaReference? in
            let top = state.top
            defer { state.pop(state.top - top) }
            if let returned {
                state.push(returned)
                if state.type(at: -1) == .table, state.getField(name, of: -1) == .function {
                    return state.reference(at: -1)
                }
            }
            return state.getGlobal(name) == .function ? state.reference(at: -1) : nil
        }
        guard let search else { throw Generation.stuck(name, source) }
        guard let found = search else { return false }
        _ = try await invoke(name, seconds: seconds, clock: clock, result: result) { state throws(LuaError) in
            state.push(found)
            return arguments(state)
        }
        return true
    }

    /// Runs an invocation to its end, at most `seconds` of wall time. Answers a reference to the first result.
    @discardableResult
    private func invoke(
        _ label: String, seconds: Double, clock: any ScriptClock,
        result: @escaping @Sendable (LuaState, Int32) throws(LuaError) -> Void = { _, _ in },
        push: @escaping @Sendable (LuaState) throws(LuaError) -> Int32
    ) async throws(PackError) -> LuaReference? {
        let engine = engine
        let invocation = InvocationNumber()
        let timer = clock.task {
            try await clock.sleep(until: clock.now + seconds)
            engine.enqueue {
                $0.cancel(
                    invocation.value.load(ordering: .relaxed),
                    "'\(label)' took longer than \(Int(seconds)) s: nothing may wait that long while loading")
            }
        }
        defer { timer.cancel() }
        let outcome: Result<LuaReference?, LuaError>? = await withCheckedContinuation { continuation in
            let answer = Answer(continuation, abandonment, work: clock.work)
            defer { clock.work?.end() }
            engine.enqueue { state in
                do throws(LuaError) {
                    // On the state's thread, so that nothing starts behind the back of `abandon`.
                    if self.isAbandoned.load(ordering: .acquiring) {
                        throw LuaError("HostError", "the pack is closing")
                    }
                    let started = try state.start(
                        label, budget: state.limits.loadCPU, isOwn: true, push: push
                    ) { state, outcome in
                        switch outcome {
                        case .raised(let error): answer.give(.failure(error))
                        case .returned(let count):
                            do throws(LuaError) {
                                try result(state, count)
                                answer.give(.success(count > 0 ? state.reference(at: -count) : nil))
                            } catch {
                                answer.give(.failure(error))
                            }
                        }
                    }
                    invocation.value.store(started.number, ordering: .relaxed)
                } catch {
                    answer.give(.failure(error))
                }
            }
            answer.giveUp(with: nil)
        }
        switch outcome {
        case .success(let reference)?: return reference
        case .failure(let error)?: throw failure(error)
        case nil: throw Generation.stuck(label, source)
        }
    }

    private static func stuck(_ label: String, _ source: PackSource) -> PackError {
        PackError(.timedOut, pack: source.name, "'\(label)' is stuck inside a call of C and was given up")
    }

    private func failure(_ error: LuaError) -> PackError {
        if let cause = error.underlying as? PackError { return cause }
        return PackError(.failed, pack: source.name, error.message, cause: error)
    }

    /// The bytes of a file of the pack, which is watched from then on: `pack.read`.
    ///
    /// - Parameter secrets: paths of files that no script may read.
    public func bytes(of file: String, secrets: [String]) throws(LuaError) -> [UInt8] {
        let path = source.root + "/" + file
        let stamp = FileStamp.read(path)
        let bytes = try source.bytes(of: file, secrets: secrets)
        files.withLock { if $0[path] == nil, $0.count < 10_000 { $0[path] = .some(stamp) } }
        return bytes
    }

    /// Reads a file of the pack and notes how it stood, so that a later save is seen.
    func read(_ file: String) throws(PackError) -> String {
        let path = source.root + "/" + file
        let stamp = FileStamp.read(path)
        files.withLock { if $0[path] == nil { $0[path] = .some(stamp) } }
        let text = try source.read(file)
        texts.withLock { $0[file] = text }
        return text
    }

    /// A file that is not there: that it comes to be is a change.
    func awaitFile(_ path: String) { files.withLock { if $0[path] == nil { $0[path] = .some(nil) } } }
}

/// Hands an invocation's number to the timer that watches it.
private final class InvocationNumber: Sendable {
    let value = Atomic<UInt64>(0)
}
