import Foundation
import Testing

@testable import LuaRuntime

/// Bugs of Lua's that a script would reach only through what is not there, or through our own C.
@Suite struct LuaBugGuardTests {
    @Test func textsAreComparedInTheCLocale() async throws {
        _ = try await Script()
        #expect(setlocale(LC_COLLATE, nil).map { String(cString: $0) } == "C")
        #expect(try await LuaBug.run("return tostring(os.setlocale)") == "nil")
    }

    @Test func theShimCallsNothingThatThoseBugsNeed() throws {
        let shim = URL(filePath: #filePath).appending(path: "../../../Sources/CLuaShim").standardizedFileURL
        let names = try FileManager.default.contentsOfDirectory(atPath: shim.path).filter { $0.hasSuffix(".c") }
        #expect(names.count > 8)
        for name in names {
            let text = try String(contentsOf: shim.appending(path: name), encoding: .utf8)
            for call in [
                "setlocale(", "lua_toclose(", "lua_closeslot(", "lua_dump(", "lua_load(", "LUA_GCGEN", "LUA_MASKCALL",
            ] {
                #expect(!text.contains(call), "\(name) calls \(call)")
            }
        }
    }

    @Test(arguments: [
        ("return load('\\27Lua')", "attempt to load a binary chunk (only text is allowed)"),
        ("return load('return 1', 'x', 'b')", "attempt to load a binary chunk (only text is allowed)"),
        ("return load((' '):rep(1048577))", "load: text over 1 MiB"),
        (
            "local n = 0 return load(function() n = n + 1 return n < 1030 and (' '):rep(1024) or nil end)",
            "load: text over 1 MiB"
        ),
        ("return false, tostring(string.dump)", "nil"),
        (
            "return pcall(collectgarbage, 'generational')",
            "collectgarbage: only \"count\" and \"collect\" are available"
        ),
        ("return pcall(collectgarbage, 'step', -1)", "collectgarbage: only \"count\" and \"collect\" are available"),
        ("return pcall(collectgarbage, 'stop')", "collectgarbage: only \"count\" and \"collect\" are available"),
    ])
    func aWayToABugIsClosed(_ text: String, _ message: String) async throws {
        let script = try await Script()
        #expect(try await script.run(text).last == .string(message))
    }

    /// The text is gathered before Lua compiles any of it, so a reader that fails or calls back does no harm.
    @Test func aReaderIsDoneBeforeLuaCompiles() async throws {
        let text = """
            local depth = 0
            local function reader()
              depth = depth + 1
              if depth > 20 then return nil end
              local inner = load(reader)
              return depth < 0 and "" or nil
            end
            return type(load(reader)) .. " " .. select(2, load(function() error("torn", 0) end))
            """
        #expect(try await LuaBug.run(text) == "function torn")
    }

    @Test func aTracebackFitsWhereTheLuaStackIsFull() async throws {
        let script = try await Script(LuaLimits(memory: 256 << 20, cpu: 60_000_000_000))
        let text = "local function f(...) return f(1, ...) + 1 end local function g(n) return g(n + 1) + 1 end "
        for call in ["f()", "g(1)"] {
            let error = try await script.error(text + "return \(call)")
            #expect(error.message.contains("stack overflow"), "\(error.message)")
            #expect(error.traceback?.hasPrefix("stack traceback:") == true)
        }
        #expect(
            try await script.text("return select(2, xpcall(error, debug.traceback, 'still here'))").hasPrefix(
                "still here"))
    }
}
