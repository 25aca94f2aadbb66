/// Makes Lua programs by chance, from a seed: right ones, and ones with a slip in them.
struct ProgramMaker {
    private var state: UInt64
    private var depth = 0
    private var loops = 0

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func random(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(max(1, bound)))
    }

    private mutating func pick<T>(_ items: [T]) -> T { items[random(items.count)] }

    /// Tokens, with line ends among them.
    mutating func program() -> [String] { block(random(8) + 1) }

    /// The program with one to three tokens taken out, doubled, exchanged or replaced.
    mutating func withSlips(_ tokens: [String]) -> [String] {
        var tokens = tokens
        for _ in 0...random(3) where !tokens.isEmpty {
            let place = random(tokens.count)
            switch random(4) {
            case 0: tokens.remove(at: place)
            case 1: tokens.insert(tokens[place], at: place)
            case 2: tokens.swapAt(place, random(tokens.count))
            default: tokens[place] = pick(Self.stray)
            }
        }
        return tokens
    }

    private static let stray = [
        "end", "do", "=", "(", ")", "{", "}", "[", "]", ",", ";", ":", ".", "..", "...", "::", "x", "1", "'s'", "0x",
        "'", "[[", "--", "@",
        "local", "function", "return", "break", "goto", "then", "else", "until", "in", "not", "and", "<", "<const>",
        "~", "#", "\\", "\n", "!", "nil",
    ]
    private static let names = ["a", "b", "c", "x", "self", "goto_", "_ENV", "print"]
    private static let labels = ["l1", "l2", "l3"]

    private mutating func block(_ count: Int) -> [String] {
        depth += 1
        defer { depth -= 1 }
        var tokens: [String] = []
        for _ in 0..<count {
            tokens += statement()
            if random(3) == 0 { tokens.append("\n") }
            if random(6) == 0 { tokens.append(";") }
        }
        switch random(10) {
        case 0: tokens += ["return"] + list()
        case 1 where loops > 0 || random(5) == 0: tokens.append("break")
        default: break
        }
        return tokens
    }

    private mutating func statement() -> [String] {
        let isDeep = depth > 5
        switch random(isDeep ? 5 : 15) {
        case 0: return variable() + ["="] + list()
        case 1: return variable() + [","] + variable() + ["="] + list()
        case 2: return ["local", pick(Self.names)] + attribute() + (random(2) == 0 ? ["="] + list() : [])
        case 3: return call()
        case 4:
            return random(3) == 0
                ? ["goto", pick(Self.labels)] : random(2) == 0 ? ["::", pick(Self.labels), "::"] : [";"]
        case 5: return ["do"] + block(random(3)) + ["end"]
        case 6:
            return ["if"] + expression() + ["then"] + block(random(3))
                + (random(2) == 0 ? ["else"] + block(random(2)) : []) + ["end"]
        case 7:
            return ["if"] + expression() + ["then"] + block(random(2)) + ["elseif"] + expression() + ["then"]
                + block(random(2)) + ["end"]
        case 8: return ["while"] + expression() + ["do"] + loop() + ["end"]
        case 9: return ["repeat"] + loop() + ["until"] + expression()
        case 10:
            return ["for", pick(Self.names), "="] + expression() + [","] + expression() + ["do"] + loop() + ["end"]
        case 11: return ["for", pick(Self.names), ",", pick(Self.names), "in"] + list() + ["do"] + loop() + ["end"]
        case 12: return ["function", pick(Self.names), pick([".", ":"]), "m"] + body()
        case 13: return ["local", "function", pick(Self.names)] + body()
        default: return ["local", pick(Self.names), ",", pick(Self.names)] + attribute() + ["="] + list()
        }
    }

    private mutating func attribute() -> [String] {
        switch random(12) {
        case 0: ["<", "const", ">"]
        case 1: ["<", "close", ">"]
        default: []
        }
    }

    private mutating func loop() -> [String] {
        loops += 1
        defer { loops -= 1 }
        return block(random(3))
    }

    private mutating func body() -> [String] {
        let outer = loops
        loops = 0
        defer { loops = outer }
        let parameters = pick([[], ["a"], ["a", ",", "b"], ["..."], ["a", ",", "..."]])
        return ["("] + parameters + [")"] + block(random(3)) + ["end"]
    }

    private mutating func list() -> [String] {
        var tokens = expression()
        for _ in 0..<random(3) { tokens += [","] + expression() }
        return tokens
    }

    private mutating func variable() -> [String] {
        var tokens = [pick(Self.names)]
        for _ in 0..<random(3) {
            tokens += random(2) == 0 ? [".", "f"] : ["[", pick(["a", "1", "'k'", "a + 1", "{}", "f()", "#a"]), "]"]
        }
        return tokens
    }

    private mutating func call() -> [String] {
        variable() + (random(3) == 0 ? [":", "m"] : [])
            + (random(4) == 0
                ? [pick(["'s'", "{ }", "[[s]]"])] : random(3) == 0 ? ["(", ")"] : ["("] + list() + [")"])
    }

    private mutating func expression() -> [String] {
        depth += 1
        defer { depth -= 1 }
        switch random(depth > 7 ? 7 : 13) {
        case 0: return [pick(["nil", "true", "false"])]
        case 1, 2: return [pick(["1", "0x1F", "3.5", "1e3", ".5", "0xA.8p1", "12345678901234567890"])]
        case 3, 4: return [pick(["'s'", "\"t\"", "[[u]]", "[==[v\nw]==]", "'\\n\\x41\\65\\u{48}'"])]
        case 5: return variable()
        case 6: return random(4) == 0 ? ["..."] : [pick(Self.names)]
        case 7, 8:
            let operators = [
                "+", "-", "*", "/", "//", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or", "&", "|", "~",
                "<<", ">>",
            ]
            return expression() + [pick(operators)] + expression()
        case 9: return [pick(["-", "not", "#", "~"])] + expression()
        case 10: return ["("] + expression() + [")"]
        case 11: return random(2) == 0 ? call() : ["function"] + body()
        default:
            var tokens = ["{"]
            for _ in 0..<random(4) {
                switch random(3) {
                case 0: tokens += ["k", "="] + expression()
                case 1: tokens += ["["] + expression() + ["]", "="] + expression()
                default: tokens += expression()
                }
                tokens.append(pick([",", ";"]))
            }
            return tokens + ["}"]
        }
    }
}
