#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The head of an HTTP/1.1 request, as far as this server looks at it.
struct RequestHead {
    var isPost = false
    var path = 0..<0
    var contentLength = 0
    var webSocketKey: Range<Int>?
    /// Bytes up to and with the empty line.
    var length = 0

    /// Nil while the head is not whole.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let end = bytes.place(of: "\r\n\r\n") else { return nil }
        length = end + 4
        isPost = bytes[0] == UInt8(ascii: "P") && bytes[1] == UInt8(ascii: "O")
        var at = 0
        while at < length, bytes[at] != 0x20 { at += 1 }
        let start = at + 1
        at = start
        while at < length, bytes[at] != 0x20, bytes[at] != 0x0D { at += 1 }
        path = min(start, at)..<at
        while at < length - 4 {
            while bytes[at] != 0x0A { at += 1 }
            at += 1
            readHeader(bytes, at)
        }
    }

    private mutating func readHeader(_ bytes: UnsafeRawBufferPointer, _ at: Int) {
        switch bytes[at] | 0x20 {
        case UInt8(ascii: "c") where RequestHead.begins(bytes, at, "content-length:"):
            for index in RequestHead.value(bytes, at + 15) {
                let digit = Int(bytes[index]) - 48
                guard digit >= 0, digit < 10, contentLength < 1 << 40 else { break }
                contentLength = contentLength * 10 + digit
            }
        case UInt8(ascii: "s") where RequestHead.begins(bytes, at, "sec-websocket-key:"):
            webSocketKey = RequestHead.value(bytes, at + 18)
        default: break
        }
    }

    private static func begins(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ name: StaticString) -> Bool {
        guard at + name.utf8CodeUnitCount <= bytes.count, let base = bytes.baseAddress else { return false }
        return strncasecmp(
            (base + at).assumingMemoryBound(to: CChar.self),
            UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), name.utf8CodeUnitCount) == 0
    }

    private static func value(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Range<Int> {
        var first = start
        while first < bytes.count, bytes[first] == 0x20 { first += 1 }
        var end = first
        while end < bytes.count, bytes[end] != 0x0D { end += 1 }
        return first..<end
    }
}
