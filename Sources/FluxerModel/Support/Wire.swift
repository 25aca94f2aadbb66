import JSON

/// Has a form on the wire and can be read from it.
///
/// Reading is tolerant: unknown members are skipped, a member of the wrong type reads as absent, missing arrays are
/// empty. Only what identifies a thing must be there.
public protocol WireReadable {
    init(from reader: inout JSONReader) throws(JSONError)
}

/// Can be written in its wire form.
public protocol WireWritable {
    func write(to writer: inout JSONWriter)
}

extension WireReadable {
    /// Reads one JSON text, which must hold this value and nothing else.
    public init(json bytes: [UInt8]) throws(JSONError) {
        self = try JSONReader.read(bytes) { (reader) throws(JSONError) in try Self(from: &reader) }
    }

    /// Reads one JSON text, which must hold this value and nothing else.
    public init(json text: String) throws(JSONError) {
        self = try JSONReader.read(text) { (reader) throws(JSONError) in try Self(from: &reader) }
    }
}

extension WireWritable {
    /// The wire form as JSON bytes.
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}
