import JSON

extension LuaState {
    /// Nesting of JSON texts and of tables that become JSON.
    static let jsonDepth = 100
    /// Bytes of JSON that a table may become; a few small tables that hold each other would make more than there is.
    static let jsonSize = 4 << 20

    /// Pushes the Lua form of a JSON text: null is `fluxer.null`, integers stay integers, arrays carry the array mark.
    public func pushJSON(_ bytes: [UInt8]) throws(LuaError) {
        let before = top
        do {
            try JSONReader.read(bytes, depthLimit: LuaState.jsonDepth) { reader throws(JSONError) in
                try pushJSON(&reader)
            }
        } catch {
            pop(top - before)
            throw LuaError("JSONError", bases: [LuaError.rootName], "not JSON: \(error)", underlying: error)
        }
    }

    /// Pushes the next value of a reader.
    public func pushJSON(_ reader: inout JSONReader) throws(JSONError) {
        guard ensureStack(6) else { throw reader.error("stack overflow") }
        switch try reader.peek() {
        case .null:
            try reader.readNull()
            pushNull()
        case .bool: push(try reader.readBool())
        case .string: try reader.withStringBytes { push(bytes: $0) }
        case .number:
            let number = try reader.readNumber()
            // 1.0 and 1e2 are numbers with a fraction in Lua too.
            let isWhole = number.text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 }
            if isWhole, let integer = number.int64 { push(integer) } else { push(number.double) }
        case .array:
            pushTable()
            var count: Int64 = 0
            try reader.readArray { reader throws(JSONError) in
                try pushJSON(&reader)
                count += 1
                setIndex(count)
            }
            markArray()
        case .object:
            pushTable()
            try reader.readObject { key, reader throws(JSONError) in
                push(key.string)
                try pushJSON(&reader)
                rawSet()
            }
        }
    }

    /// The JSON text of the value at `index`. An empty table is `{}`, one with the array mark `[]`. Cyclic, sparse and
    /// mixed tables, functions, NaN and infinities are errors that name the path.
    public func json(at index: Int32) throws(LuaError) -> [UInt8] {
        var writer = JSONWriter()
        try writeJSON(at: absolute(index), to: &writer, path: [])
        return writer.bytes
    }

    private func writeJSON(at index: Int32, to writer: inout JSONWriter, path: [String]) throws(LuaError) {
        func refuse(_ what: String) -> LuaError {
            LuaError("JSONError", bases: [LuaError.rootName], "value\(path.joined()) \(what)")
        }
        guard writer.bytes.count <= LuaState.jsonSize else { throw refuse("makes more than 4 MiB of JSON") }
        switch type(at: index) {
        case .none, .nil, .lightUserdata: writer.null()
        case .boolean: writer.bool(boolean(at: index))
        case .string: withBytes(at: index) { writer.string(bytes: $0) }
        case .number:
            if let integer = exactInteger(at: index) {
                writer.int(integer)
            } else if let number = number(at: index), number.isFinite {
                writer.double(number)
            } else {
                throw refuse("is not a finite number, which JSON cannot hold")
            }
        case .userdata:
            throw refuse("is \(describe(at: index)), which JSON cannot hold: use a field of it")
        case .function, .thread: throw refuse("is \(describe(at: index)), which JSON cannot hold")
        case .table: try writeTable(at: index, to: &writer, path: path)
        }
    }

    private func writeTable(at index: Int32, to writer: inout JSONWriter, path: [String]) throws(LuaError) {
        func refuse(_ what: String) -> LuaError {
            LuaError("JSONError", bases: [LuaError.rootName], "value\(path.joined()) \(what)")
        }
        guard path.count < LuaState.jsonDepth else {
            throw refuse("is nested deeper than 100 tables, or contains itself")
        }
        guard ensureStack(6) else { throw refuse("finds no room: stack overflow") }
        let length = rawLength(at: index)
        var count = 0, texts = 0
        pushNil()
        while next(index) {
            if type(at: -2) == .string {
                texts += 1
            } else if let key = exactInteger(at: -2), key >= 1, key <= length {
                count += 1
            } else {
                let key = exactInteger(at: -2).map { "the key \($0)" } ?? "\(describe(at: -2)) as a key"
                pop(2)
                throw refuse("has \(key): JSON takes lists without holes, or tables with string keys")
            }
            pop()
        }
        if count > 0, texts > 0 { throw refuse("mixes list items and string keys: JSON takes one or the other") }
        if texts == 0, count > 0 || isArray(at: index) {
            guard count == length else { throw refuse("is a list with holes") }
            writer.beginArray()
            for number in 0..<length {
                getIndex(Int64(number + 1), of: index)
                let item = absolute(-1)
                defer { pop() }
                try writeJSON(at: item, to: &writer, path: path + ["[\(number + 1)]"])
            }
            writer.endArray()
            return
        }
        writer.beginObject()
        pushNil()
        while next(index) {
            let key = string(at: -2) ?? ""
            writer.key(key)
            do {
                try writeJSON(at: absolute(-1), to: &writer, path: path + [".\(key)"])
            } catch {
                pop(2)
                throw error
            }
            pop()
        }
        writer.endObject()
    }
}
