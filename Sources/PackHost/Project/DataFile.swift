import LuaRuntime

/// A Lua file that is data: `moontide.lua`, `pack.lua`.
///
/// It is evaluated in a state of its own without any function or global, in 10 ms of CPU and 1 MiB of memory, and what it
/// returns must be a table of plain values.
public enum DataFile {
    /// Nanoseconds of CPU.
    static let cpu: UInt64 = 10_000_000
    /// Bytes of Lua's memory, and of the file.
    static let memory = 1 << 20

    /// Evaluates the file at `path`. `name` is what errors call it: `moontide.lua`, `packs/quotes/pack.lua`.
    ///
    /// - Parameter pack: whose it is, in errors.
    /// - Throws: `PackError` with the file, the line where one is known, and what to do.
    public static func read(_ path: String, name: String, pack: String) async throws(PackError) -> LuaValue {
        let bytes: [UInt8]
        do throws(FileText.Failure) { bytes = try FileText.bytes(path, limit: memory) } catch {
            throw PackError(.unreadable, pack: pack, "cannot read \(name): \(error.text(limit: "1 MiB"))")
        }
        guard bytes.first != 0x1B else {
            throw PackError(.invalid, pack: pack, "\(name) is a compiled chunk: it must be Lua text")
        }
        return try await evaluate(String(decoding: bytes, as: UTF8.self), name: name, pack: pack)
    }

    /// Evaluates a text, see ``read(_:name:pack:)``.
    public static func evaluate(_ text: String, name: String, pack: String) async throws(PackError) -> LuaValue {
        let value: LuaValue
        do throws(LuaError) {
            let limits = LuaLimits(memory: memory, cpu: cpu, loadCPU: cpu, invocations: 4)
            let engine = try await LuaEngine(name, limits: limits)
            value = try await run(text, name, engine)
        } catch {
            throw failure(error, name, pack)
        }
        switch value {
        case .table: return value
        case .nil:
            throw PackError(.invalid, pack: pack, "\(name) returns nothing: it has to be `return { … }`")
        default:
            throw PackError(
                .invalid, pack: pack, "\(name) returns \(value.kind): it has to be `return { … }` with names in it")
        }
    }

    private static func run(_ text: String, _ name: String, _ engine: LuaEngine) async throws(LuaError) -> LuaValue {
        let outcome: Result<LuaValue, LuaError> = await withCheckedContinuation { continuation in
            engine.enqueue { state in
                state.removeEverything()
                do throws(LuaError) {
                    try state.start(
                        name, budget: cpu,
                        push: { state throws(LuaError) in
                            try state.load(text, name: name)
                            return 0
                        },
                        finished: { state, outcome in
                            switch outcome {
                            case .raised(let error): continuation.resume(returning: .failure(error))
                            case .returned(let count):
                                guard count > 0 else { return continuation.resume(returning: .success(.nil)) }
                                do throws(LuaError) {
                                    continuation.resume(returning: .success(try state.value(at: -count)))
                                } catch {
                                    continuation.resume(returning: .failure(error))
                                }
                            }
                        })
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }

    private static func failure(_ error: LuaError, _ name: String, _ pack: String) -> PackError {
        let text: String
        if error.name == LuaError.budgetName {
            text = "\(name) computes for longer than 10 ms: write the values themselves"
        } else if error.message.hasPrefix("value") {
            let place = error.message.replacingPrefix("value.", by: "").replacingPrefix("value[", by: "[")
            text = "\(name) holds plain data only: \(place.without(", which cannot leave its pack"))"
        } else if error.message.contains("attempt to call") || error.message.contains("attempt to index") {
            text = "\(error.message): \(name) is plain data, without functions and globals"
        } else {
            text = error.message
        }
        return PackError(.invalid, pack: pack, text, cause: error)
    }
}

extension LuaState {
    /// Takes all globals away, and what the methods of strings are found in.
    fileprivate func removeEverything() {
        ensureStack(12)
        getGlobal("string")
        if type(at: -1) == .table { removeFields() }
        pop()
        pushGlobals()
        removeFields()
        pop()
    }

    /// Empties the table on top.
    private func removeFields() {
        let table = top
        pushNil()
        while next(table) {
            pop()
            pushCopy(of: table)
            pushCopy(of: -2)
            pushNil()
            rawSet()
            pop()
        }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, by other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }

    fileprivate func without(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
