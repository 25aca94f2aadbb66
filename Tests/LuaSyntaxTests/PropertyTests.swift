import LuaSyntax
import Testing

@Suite("programs made by chance")
struct PropertyTests {
    @Test("are taken or refused as Lua does, and refused in the same line", arguments: [1, 2, 3, 4] as [UInt64])
    func programs(seed: UInt64) async throws {
        var maker = ProgramMaker(seed: seed)
        var texts: [String] = []
        for _ in 0..<200 {
            let tokens = maker.program()
            texts.append(tokens.joined(separator: " "))
            for _ in 0..<3 { texts.append(maker.withSlips(tokens).joined(separator: " ")) }
        }
        let verdicts = try await LuaOracle().verdicts(texts.map { Array($0.utf8) })
        for (text, verdict) in zip(texts, verdicts) where !verdict.isFence {
            let fault = SyntaxTree(parsing: text).faults.first
            #expect(
                verdict.isAccepted == (fault == nil),
                "seed \(seed): \(verdict.message ?? "taken") \(fault?.message ?? "taken")\n\(text)")
            if let fault, let line = verdict.line {
                #expect(fault.luaLine == line, "seed \(seed): \(verdict.message ?? "") we \(fault.message)\n\(text)")
            }
        }
        #expect(verdicts.count { $0.isFence } < texts.count / 20)
        let taken = verdicts.count { $0.isAccepted }
        #expect(taken > 50 && texts.count - taken > 200, "\(taken) of \(texts.count)")
    }

    @Test(
        "bytes of any kind do not trap, are taken or refused as Lua does, and all places lie in the text",
        arguments: [5, 6, 7] as [UInt64])
    func bytes(seed: UInt64) async throws {
        var maker = ProgramMaker(seed: seed)
        var texts: [[UInt8]] = []
        for round in 0..<400 {
            var bytes: [UInt8]
            if round % 3 == 0 {
                bytes = (0..<maker.random(200)).map { _ in UInt8(maker.random(256)) }
            } else {
                bytes = Array(maker.program().joined(separator: " ").utf8)
                for _ in 0...maker.random(4) where !bytes.isEmpty {
                    let place = maker.random(bytes.count)
                    switch maker.random(3) {
                    case 0: bytes[place] = UInt8(maker.random(256))
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(UInt8(maker.random(256)), at: place)
                    }
                }
            }
            texts.append(bytes)
        }
        let verdicts = try await LuaOracle().verdicts(texts)
        for (bytes, verdict) in zip(texts, verdicts) {
            let tree = SyntaxTree(parsing: bytes)
            #expect(
                verdict.isFence || verdict.isAccepted == tree.faults.isEmpty,
                "seed \(seed): \(verdict.message ?? "taken") \(tree.faults.first?.message ?? "taken")\n\(bytes)")
            for fault in tree.faults {
                #expect(fault.range.lowerBound >= 0 && fault.range.upperBound <= bytes.count)
                let position = tree.source.position(at: fault.range.lowerBound)
                #expect(position.line >= 1 && position.column >= 1)
            }
            for expression in tree.expressions {
                #expect(expression.range.lowerBound >= 0 && expression.range.upperBound <= bytes.count)
            }
        }
    }
}

@Suite("what is told of a text")
struct FaultTests {
    @Test("a fault does not hide the next statement's")
    func several() {
        let tree = SyntaxTree(
            parsing: """
                local a = = 1
                local b = 2
                bot:command("x", function(ctx)
                    ctx:reply("y"
                    local c = (1
                end)
                if b = 2 then
                    print(a !)
                end
                print(b)
                x = 'open
                return b
                """)
        #expect(tree.faults.map { tree.source.position(at: $0.range.lowerBound).line } == [1, 5, 6, 7, 11])
    }

    @Test("one forgotten end is one fault")
    func forgottenEnd() {
        let tree = SyntaxTree(
            parsing: """
                function f()
                    if x then
                        print(1)
                end
                function g()
                    return 1
                end
                """)
        #expect(tree.faults.map(\.message) == ["'end' expected (to close 'function' at line 1) near <eof>"])
        #expect(tree.faults.first?.fix == "add 'end'")
    }

    @Test("a text of many faults ends its list")
    func many() {
        let tree = SyntaxTree(parsing: String(repeating: "x = = 1\n", count: 5_000))
        #expect(tree.faults.count == 20)
    }

    @Test(
        "habits from other languages get their Lua spelling",
        arguments: [
            ("if a != b then end", "not equal is written ~="), ("if a && b then end", "write and"),
            ("if a || b then end", "write or"), ("if !a then end", "not is a word: not x"),
            ("x += 1", "write x = x + y"),
            ("x++", "write x = x + 1"), ("if a = b then end", "a comparison is written =="),
            ("x = 'a", "close the string with ' on the same line, or write [[ … ]]"),
        ])
    func habits(text: String, fix: String) {
        #expect(SyntaxTree(parsing: text).faults.first?.fix == fix)
    }

    @Test("names know whether they are a local, and which")
    func names() throws {
        let tree = SyntaxTree(parsing: "local a = 1\nlocal function f(a) return a, b end\nprint(a)")
        #expect(tree.faults.isEmpty)
        var globals: [String] = []
        var locals: [Int] = []
        for expression in tree.expressions {
            switch expression.kind {
            case .global(let name): globals.append(name)
            case .local(let id): locals.append(id)
            default: break
            }
        }
        #expect(globals == ["b", "print"])
        #expect(locals.map { tree.locals[$0].origin } == [.parameter, .statement])
    }

    @Test("a place in a string is a place in the text, unless escapes make it unclear")
    func places() throws {
        let tree = SyntaxTree(parsing: "f('abc', [==[abc]==], 'a\\tb')")
        let strings = tree.expressions.indices.filter { tree.text($0) != nil }
        #expect(tree.offset(ofByte: 1, inString: strings[0]) == 4)
        #expect(tree.offset(ofByte: 1, inString: strings[1]) == 14)
        #expect(tree.offset(ofByte: 1, inString: strings[2]) == nil)
        #expect(tree.offset(ofByte: 9, inString: strings[0]) == nil)
    }
}
