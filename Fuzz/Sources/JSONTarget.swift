import JSON

extension FuzzTarget {
    /// The reader, the tree and the writer, beside Foundation's.
    static let json = FuzzTarget(
        name: "json", summary: "JSON: the reader, trees, the writer, beside Foundation",
        body: { bytes in
            let text = Array(bytes)
            let skipping = failure { () throws(JSONError) in
                try JSONReader.read(text) { (reader) throws(JSONError) in try reader.skipValue() }
            }
            do throws(JSONError) {
                let value = try JSONValue(parsing: text)
                require(skipping == nil, "what reading accepts, skipping accepts: \(String(describing: skipping))")
                accepted(value, text)
            } catch {
                require(skipping == error, "skipping refuses what reading refuses, at the same place")
                refused(error, text)
            }
            callsInAnyOrder(bytes)
        })
}

private func failure(_ body: () throws(JSONError) -> Void) -> JSONError? {
    do throws(JSONError) {
        try body()
        return nil
    } catch {
        return error
    }
}

private func accepted(_ value: JSONValue, _ text: [UInt8]) {
    let written = value.serialize()
    require(
        must("what is written is read") { try JSONValue(parsing: written) } == value, "a round trip changes nothing")
    if let theirs = Oracle.parse(text) {
        require(
            Oracle.agrees(value, theirs) || Oracle.knownMisreading(text) != nil, "Foundation reads the same value")
    } else {
        require(
            Oracle.knownStrictness(value) != nil || Oracle.knownMisreading(text) != nil, "Foundation accepts it too")
    }
}

private func refused(_ error: JSONError, _ text: [UInt8]) {
    require((0...text.count).contains(error.offset) && error.line > 0 && error.column > 0, "\(error) has a place")
    // Foundation's limit of depth is 512, ours 200.
    if error.code == .tooDeep || Oracle.parse(text) == nil { return }
    require(Oracle.knownLeniency(text, error) != nil, "Foundation refuses it too: \(error)")
}

/// Calls that make no sense, chosen by the bytes' own end.
private func callsInAnyOrder(_ bytes: UnsafeRawBufferPointer) {
    var calls = bytes.suffix(12).makeIterator()
    var reader = JSONReader(bytes, depthLimit: 20)
    func call(_ reader: inout JSONReader, depth: Int) throws(JSONError) {
        while let next = calls.next() {
            do throws(JSONError) {
                switch next % 13 {
                case 0: _ = try reader.peek()
                case 1: _ = try reader.readString()
                case 2: try reader.withStringBytes { _ in }
                case 3: _ = try reader.readInt(Int8.self)
                case 4: _ = try reader.readDouble()
                case 5: _ = try reader.readNumber().int64
                case 6: _ = try reader.readBool()
                case 7: _ = try reader.readNullIfPresent()
                case 8: _ = try reader.readRaw()
                case 9 where depth > 0:
                    try reader.readArray { (reader) throws(JSONError) in try call(&reader, depth: depth - 1) }
                case 10 where depth > 0:
                    try reader.readObject { (key, reader) throws(JSONError) in
                        _ = key.string
                        try call(&reader, depth: depth - 1)
                    }
                case 11 where depth > 0:
                    _ = try reader.attempt { (reader) throws(JSONError) in try call(&reader, depth: depth - 1) }
                default: try reader.finish()
                }
            } catch {
                _ = reader.error("fuzz").description
                if next & 0x80 != 0 { throw error }
            }
            require(reader.offset <= bytes.count, "the reader stays within the text")
        }
    }
    _ = failure { () throws(JSONError) in try call(&reader, depth: 5) }
}
