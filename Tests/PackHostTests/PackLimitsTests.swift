import LuaRuntime
import Testing

@testable import PackHost

@Suite("limits of a pack")
struct PackLimitsTests {
    private func parse(_ entries: [LuaKey: LuaValue], base: PackLimits = .confined) throws -> PackLimits {
        try PackLimits(parsing: .table(entries), base: base)
    }

    private func mistake(_ entries: [LuaKey: LuaValue]) -> String? {
        do {
            _ = try parse(entries)
            return nil
        } catch { return "\(error)" }
    }

    @Test("what is not named stays as in the base")
    func base() throws {
        #expect(try PackLimits(parsing: .nil, base: .confined) == .confined)
        #expect(try PackLimits(parsing: .array([]), base: .own) == .own)
        var expected = PackLimits.confined
        expected[.memory] = 8 * 1_048_576
        #expect(try parse([.string("memory"): "8M"]) == expected)
        #expect(try parse([.string("memory"): "8M"]).isConfined)
    }

    @Test(
        "each way to write a value",
        arguments: [
            ("memory", LuaValue.string("64M"), 67_108_864.0), ("memory", .string("1 GiB"), 1_073_741_824),
            ("memory", .string("2048kb"), 2_097_152), ("memory", .int(2_000_000), 2_000_000),
            ("cpu", .string("50ms"), 0.05), ("cpu", .string("2s"), 2), ("cpu", .double(0.25), 0.25),
            ("cpu", .int(1), 1),
            ("cpu", .string("1m"), 60), ("cpu_share", .double(0.5), 0.5), ("cpu_share", .string("50%"), 0.5),
            ("cpu_share", .bool(false), .infinity), ("load_cpu", .string("1.5s"), 1.5), ("invocations", .int(10), 10),
            ("invocations", .string("1_000"), 1_000), ("mailbox", .double(500), 500), ("timers", .int(5), 5),
            ("log", .string("5/s"), 5), ("log", .string("60/m"), 1), ("log", .bool(false), .infinity),
            ("log_line", .string("1K"), 1_024), ("messages", .string("30/m"), 30), ("messages", .int(30), 30),
            ("messages", .string("2/s"), 120), ("messages", .string("60/h"), 1), ("rest", .string("5/s"), 5),
            ("rest", .double(0.5), 0.5),
        ])
    func values(_ name: String, _ value: LuaValue, _ expected: Double) throws {
        let limit = try #require(Limit(rawValue: name))
        #expect(abs(try parse([.string(name): value])[limit] - expected) < 1e-9 || expected == .infinity)
        #expect(try parse([.string(name): value])[limit] == .infinity || expected != .infinity)
    }

    @Test("mistakes name the key, the nearest key, the range and what may be written")
    func mistakes() {
        #expect(mistake([.string("memmory"): "8M"]) == "limits.memmory is no limit: did you mean \"memory\"?")
        #expect(
            mistake([.string("speed"): 1])
                == "limits.speed is no limit: known are memory, cpu, cpu_share, load_cpu, invocations, mailbox, timers, log, "
                + "log_line, messages, rest")
        #expect(mistake([.int(1): "8M"])?.hasPrefix("limits.[1] is no limit: ") == true)
        #expect(mistake([.string("memory"): "64Q"]) == "limits.memory is \"64Q\": write bytes such as \"64M\"")
        #expect(mistake([.string("memory"): "1K"]) == "limits.memory is 1K: it may be 1M to 4G")
        #expect(mistake([.string("memory"): .int(-1)]) == "limits.memory is -1: it may be 1M to 4G")
        #expect(mistake([.string("memory"): .bool(false)]) == "limits.memory is false: write bytes such as \"64M\"")
        #expect(mistake([.string("cpu"): "0ms"]) == "limits.cpu is 0ms: it may be 10ms to 60s")
        #expect(mistake([.string("cpu"): .double(.nan)])?.contains("no finite number") == true)
        #expect(mistake([.string("cpu"): .double(.infinity)])?.contains("no finite number") == true)
        #expect(
            mistake([.string("cpu"): .table([.string("x"): 1])])
                == "limits.cpu is a table: write a duration such as \"50ms\"")
        #expect(mistake([.string("invocations"): .double(1.5)]) == "limits.invocations is 1.5: write a whole number")
        #expect(mistake([.string("invocations"): .int(.max)])?.contains("it may be 1 to 100,000") == true)
        #expect(
            mistake([.string("rest"): "fast"])
                == "limits.rest is \"fast\": write a rate such as \"5/s\", or false for none")
        #expect(mistake([.string("cpu"): "1e999s"]) != nil)
        #expect(
            (try? PackLimits(parsing: .string("64M"), base: .own)) == nil)
    }

    @Test("every limit's defaults lie in its range and read back as they are written")
    func rows() throws {
        for limits in [PackLimits.own, .confined] {
            for (limit, text) in limits.rows where text != "none" {
                #expect(limit.range.contains(limits[limit]), "\(limit)")
                let written = text.replacing(",", with: "")
                #expect(try parse([.string(limit.name): .string(written)])[limit] == limits[limit], "\(limit) \(text)")
            }
        }
        for limit in Limit.allCases where PackLimits.own[limit] == .infinity { #expect(limit.mayBeOff) }
    }

    @Test("the numbers of the design")
    func defaults() {
        #expect(PackLimits.own.lua.cpu == 1_000_000_000)
        #expect(PackLimits.confined.lua.cpu == 50_000_000)
        #expect(PackLimits.confined.lua.share == 0.5)
        #expect(PackLimits.own.lua.share == nil)
        for limits in [PackLimits.own, .confined] {
            #expect(limits.lua.memory == 64 << 20)
            #expect(limits.lua.loadCPU == 1_000_000_000)
            #expect(limits.lua.invocations == 1_000)
            #expect(limits[.mailbox] == 10_000)
        }
    }
}
