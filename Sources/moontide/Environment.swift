#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process's environment.
enum Environment {
    /// A variable, blanks around it removed; nil when it is not set or empty.
    static func value(_ name: String) -> String? {
        guard let found = getenv(name) else { return nil }
        var text = String(cString: found)[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        return text.isEmpty ? nil : String(text)
    }
}
