#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension UnsafeRawBufferPointer {
    /// Where these bytes stand first.
    func place(of text: StaticString) -> Int? {
        guard let base = baseAddress else { return nil }
        let length = text.utf8CodeUnitCount, first = Int32(text.utf8Start[0])
        var at = 0
        while count - at >= length, let found = memchr(base + at, first, count - at - length + 1) {
            let place = UnsafeRawPointer(found) - base
            if memcmp(found, text.utf8Start, length) == 0 { return place }
            at = place + 1
        }
        return nil
    }
}
