import Foundation
import Testing

@testable import LuaRuntime

/// Runs what shows a bug of Lua's own, with its fence and without it.
enum LuaBug {
    /// How a text ended, in the words of its first result or its error.
    static func run(
        _ text: String, confined: Bool = false, without: LuaFences = [],
        limits: LuaLimits = LuaLimits(cpu: 60_000_000_000)
    ) async throws -> String {
        let script = try await Script(limits, confined: confined, without: without)
        do {
            guard let first = try await script.run(text).first else { return "nothing" }
            if case .string(let text) = first { return text }
            return "\(first)"
        } catch let error as LuaError {
            return error.message
        }
    }

    /// The same in a process of its own, without the fence: ends well unless the bug ends the process, or makes the text
    /// answer "wrong" because it saw what is not there.
    ///
    /// What is freed is overwritten there, so that its use does not pass in silence, and a crash writes no report.
    static func crash(
        _ text: String, confined: Bool = false, without: LuaFences,
        limits: LuaLimits = LuaLimits(cpu: 60_000_000_000)
    ) async {
        for number in [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP] { signal(number, SIG_DFL) }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        #if canImport(Glibc)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        #else
            setrlimit(RLIMIT_CORE, &none)
        #endif
        if let symbol = dlsym(nil, "mallopt") {  // M_PERTURB of glibc
            let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
            _ = mallopt(-6, 0xA5)
        }
        let nowhere = open("/dev/null", O_WRONLY)  // malloc's own last words
        if nowhere >= 0 { dup2(nowhere, 2) }
        let ended = try? await run(text, confined: confined, without: without, limits: limits)
        if ended == "wrong" { abort() }
    }

    /// Whether the bug of a row shows in this build. Under the thread sanitizer what is freed keeps its bytes, so that its
    /// use may pass in silence.
    static func shows(_ row: Int) -> Bool { isThere(row) && dlsym(nil, "__tsan_init") == nil }

    /// Debian 12 took the patch that brought row 1 without its correction; the release does not tell.
    static let isConcatBroken =
        shows(1)
        && ((try? String(contentsOfFile: "/etc/os-release", encoding: .utf8))?.contains("bookworm") ?? false)

    /// Whether the linked Lua has the bug of a row.
    static func isThere(_ row: Int) -> Bool {
        (try? LuaRelease.usable(LuaRelease.linkedIdent)).map { has(row, $0) } ?? false
    }

    private static func has(_ row: Int, _ release: LuaRelease) -> Bool {
        let mended: [Int: LuaRelease] = [
            1: LuaRelease(5, 4, 5), 2: LuaRelease(5, 4, 5), 3: LuaRelease(5, 4, 5), 4: LuaRelease(5, 4, 8),
            6: LuaRelease(5, 4, 8), 8: LuaRelease(5, 4, 7), 9: LuaRelease(5, 4, 8), 10: LuaRelease(5, 4, 8),
        ]
        return mended[row].map { release < $0 } ?? true
    }
}
