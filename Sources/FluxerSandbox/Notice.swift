import JSON

/// News about a pack that the chat page shows as a card: loaded, reloaded, failed to load, raised an error.
public struct Notice: Sendable, Hashable {
    public struct Kind: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let loaded = Kind(rawValue: "loaded")
        public static let reloaded = Kind(rawValue: "reloaded")
        /// A save that did not load; the old version still answers.
        public static let failed = Kind(rawValue: "failed")
        /// A handler that raised.
        public static let error = Kind(rawValue: "error")
        public static let info = Kind(rawValue: "info")
    }

    /// One line of the script, for a card that shows where it went wrong.
    public struct SourceLine: Sendable, Hashable {
        /// From 1.
        public let line: Int
        public let text: String

        public init(line: Int, text: String) {
            self.line = line
            self.text = text
        }
    }

    /// Counts up; given by the sandbox.
    public internal(set) var id = 0
    public var kind: Kind
    public var pack: String
    public var version: Int?
    /// Milliseconds since 1970; given by the sandbox.
    public internal(set) var at: Int64 = 0
    public var title: String
    /// Several lines of plain text.
    public var detail: String?
    public var file: String?
    public var line: Int?
    public var source: [SourceLine] = []
    /// `+ !roll`, `- !old`, `~ !ping`.
    public var changes: [String] = []
    /// The id that stands in the log as well.
    public var reference: String?

    public init(
        kind: Kind, pack: String, version: Int? = nil, title: String, detail: String? = nil, file: String? = nil,
        line: Int? = nil, source: [SourceLine] = [], changes: [String] = [], reference: String? = nil
    ) {
        self.kind = kind
        self.pack = pack
        self.version = version
        self.title = title
        self.detail = detail
        self.file = file
        self.line = line
        self.source = source
        self.changes = changes
        self.reference = reference
    }

    func json() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", id)
            writer.field("kind", kind.rawValue)
            writer.field("pack", pack)
            writer.fieldIfPresent("version", version)
            writer.field("at", at)
            writer.field("title", title)
            writer.fieldIfPresent("detail", detail)
            writer.fieldIfPresent("file", file)
            writer.fieldIfPresent("line", line)
            if !source.isEmpty { writeSource(to: &writer) }
            if !changes.isEmpty {
                writer.key("changes")
                writer.array { writer in changes.forEach { writer.string($0) } }
            }
            writer.fieldIfPresent("reference", reference)
        }
    }

    private func writeSource(to writer: inout JSONWriter) {
        writer.key("source")
        writer.array { writer in
            for line in source {
                writer.object { writer in
                    writer.field("line", line.line)
                    writer.field("text", line.text)
                }
            }
        }
    }
}
