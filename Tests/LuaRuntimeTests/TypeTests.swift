import LuaRuntime
import Testing

private struct Point: LuaBound, Equatable {
    let x: Int, y: Int

    static let luaType = LuaType<Point>(
        "Point", "A place.",
        members: [
            .field("x", "Right.") { $0.x },
            .field("y", "Down.") { $0.y },
            .field("none", "Nothing.") { _ in String?.none },
            .field("list", "Both.") { [$0.x, $0.y] },
            .lookup("owner", "Whether the state has an owner.") { _, state in state.owner != nil },
            .method("plus", "Adds.", Param<Point>("other", ""), Param<Int?>("times", "")) { point, other, times in
                Point(x: point.x + other.x * (times ?? 1), y: point.y + other.y * (times ?? 1))
            },
            .method("named", "Takes what it is called.", Param<String>("name", ""), Param<Bool?>("loud", "")) {
                point, name, loud in loud == true ? name.uppercased() : name
            },
            .method("half", "Takes a number.", Param<Double>("by", "")) { point, by in Double(point.x) / by },
            .method("pair", "Answers both.") { point in LuaMultiple(point.x, point.y) },
            .method("count", "Counts the rest.", Param<LuaRest>("values", "")) { _, rest in Int(rest.count) },
            .waiting("later", "Waits.", Param<Int>("value", "")) { _, _, value in
                .wait(
                    LuaOperation {
                        await Task.yield(); return value
                    })
            },
            .action("move", "Acts.", needs: LuaCapability("points:move"), Param<Int>("by", "")) { point, _, by in
                .wait(LuaOperation { Point(x: point.x + by, y: point.y) })
            },
        ],
        operators: LuaOperators(
            tostring: { "(\($0.x), \($0.y))" }, equals: { $0 == $1 }, length: { point, _ in point.x + point.y },
            call: { point, state in
                .values(Int64(point.x).push(to: state) + (state.integer(at: 2) ?? 0).push(to: state))
            }))
}

@Suite struct TypeTests {
    private func script(_ capabilities: Set<LuaCapability>? = nil) async throws -> Script {
        let script = try await Script()
        await script.engine.run { state in
            state.capabilities = capabilities
            state.push(
                module: LuaModule(
                    "points", "Points.",
                    [
                        .function("new", "A point.", Param<Int>("x", ""), Param<Int>("y", "")) { state, x, y in
                            .values(Point(x: x, y: y).push(to: state))
                        },
                        .function("guarded", "Needs a right.", needs: LuaCapability("store")) { _ in .values(0) },
                    ]))
            state.setGlobal("points")
        }
        return script
    }

    @Test(arguments: [
        ("p.x, p.y, p.none, p.list[2], p.owner", "3 4 nil 4 false"),
        ("p:plus(q), p:plus(q, 2), p:plus(q, nil)", "(4, 6) (5, 8) (4, 6)"),
        ("p:named('a'), p:named('a', true), p:named(12)", "a A 12"),
        ("p:half(2), p:half('2')", "1.5 1.5"),
        ("p:pair()", "3 4"),
        ("p:count(), p:count(nil, nil, 3)", "0 3"),
        ("p:later(5) + p:later(6)", "11"),
        ("p:move(2)", "(5, 4)"),
        ("tostring(p), ('%s'):format(p), #p", "(3, 4) (3, 4) 7"),
        ("p == points.new(3, 4), p == q, p ~= q, p == 1", "true false true false"),
        ("p(9)", "3 9"),
        ("type(p), getmetatable(p)", "userdata false"),
        ("p.plus == q.plus", "true"),
        ("pcall(setmetatable, p, {})", "false bad argument #1 to '?' (table expected, got Point)"),
    ])
    func membersAndOperatorsAnswer(_ expression: String, _ expected: String) async throws {
        let script = try await script()
        let text = try await script.text(
            """
            local p, q = points.new(3, 4), points.new(1, 2)
            local results = table.pack(\(expression))
            for i = 1, results.n do results[i] = tostring(results[i]) end
            return table.concat(results, " ", 1, results.n)
            """)
        #expect(text == expected)
    }

    @Test(arguments: [
        ("p:plus()", "bad argument #1 to 'Point:plus' (other: Point expected, got nothing)"),
        ("p:plus({})", "bad argument #1 to 'Point:plus' (other: Point expected, got a table)"),
        ("p:plus(nil)", "bad argument #1 to 'Point:plus' (other: Point expected, got nil)"),
        ("p:plus(q, 'x')", "bad argument #2 to 'Point:plus' (times: integer expected, got a string)"),
        ("p:plus(q, 1.5)", "bad argument #2 to 'Point:plus' (times: integer expected, got a number with a fraction)"),
        ("p:named(true)", "bad argument #1 to 'Point:named' (name: string expected, got a boolean)"),
        ("p:named('a', 1)", "bad argument #2 to 'Point:named' (loud: boolean expected, got a number)"),
        ("p:named(p)", "bad argument #1 to 'Point:named' (name: string expected, got a Point)"),
        ("p:half(print)", "bad argument #1 to 'Point:half' (by: number expected, got a function)"),
        ("points.new(1)", "bad argument #2 to 'points.new' (y: integer expected, got nothing)"),
        ("p.plus(1, q)", "bad self to 'Point:plus' (Point expected, got a number): write object:plus(…) with a colon"),
        ("p.plus()", "bad self to 'Point:plus' (Point expected, got nothing): write object:plus(…) with a colon"),
        ("p.plsu", "Point has no member \"plsu\": did you mean \"plus\"?"),
        ("p.z", "Point has no member \"z\": did you mean \"x\"?"),
        ("p.nothing_like_it", "Point has no member \"nothing_like_it\""),
        ("p[1]", "Point cannot be indexed with a number"),
        ("p[nil]", "Point cannot be indexed with nil"),
        ("p .. 'x'", "cannot join a Point with ..: use tostring(x), x.mention or (\"%s\"):format(x)"),
        ("'x' .. p", "cannot join a Point with ..: use tostring(x), x.mention or (\"%s\"):format(x)"),
        ("(function() p.x = 1 end)()", "Point is read-only: cannot set 'x'"),
    ])
    func aWrongUseIsAnErrorThatSaysWhat(_ expression: String, _ message: String) async throws {
        let script = try await script()
        let error = try await script.error("local p, q = points.new(3, 4), points.new(1, 2)\nlocal _ = \(expression)")
        #expect(error.message == message)
        #expect(error.name == "TypeError")
        #expect(error.file == "test.lua")
        #expect(error.line == 2)
    }

    @Test func aMissingCapabilityIsRefusedOnEveryCallWithTheLineToAdd() async throws {
        let script = try await script([LuaCapability("reactions")])
        let text =
            "local ok, err = pcall(function() return points.new(1, 2):move(1) end) return err.name .. ': ' .. err.message"
        let expected =
            "CapabilityError: 'Point:move' needs the capability \"points:move\": add \"points:move\" to capabilities in pack.lua"
        #expect(try await script.text(text) == expected)
        #expect(try await script.text(text) == expected)
        #expect(
            try await script.error("points.guarded()").message
                == "'points.guarded' needs the capability \"store\": add \"store\" to capabilities in pack.lua")
        _ = await script.engine.run { $0.capabilities?.insert(LuaCapability("store")) }
        try await script.run("points.guarded()")
        await script.engine.run { $0.capabilities = nil }
        #expect(try await script.value("return points.new(1, 2):move(1).x") == 2)
    }

    @Test func theListIsTheSourceOfWhatIsKnownOfAType() {
        let plus = Point.luaType.descriptor.members.first { $0.name == "plus" }
        #expect(plus?.parameters.map(\.name) == ["other", "times"])
        #expect(plus?.parameters.map(\.type) == ["Point", "integer"])
        #expect(plus?.parameters.map(\.optional) == [false, true])
        #expect(
            Point.luaType.descriptor.members.first { $0.name == "move" }?.capability == LuaCapability("points:move"))
        #expect(Point.luaType.descriptor.members.first { $0.name == "later" }?.waits == true)
    }
}
