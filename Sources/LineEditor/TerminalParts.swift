import CEdit
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Standard output as a terminal.
enum TerminalOutput {
    /// Writes all of it, or as much as the other end takes before it is gone.
    static func put(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(1, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }

    /// How wide it is; 80 where it does not say.
    static var columns: Int {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Columns that a text takes, as the system's own tables have it: libedit asks them too.
    static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + Int(max(0, ce_width(wchar_t(bitPattern: $1.value)))) }
    }
}

/// How the terminal was before lines were edited on it.
public enum TerminalMode {
    private static let saved = Mutex<termios?>(nil)

    static func save() {
        var mode = termios()
        guard tcgetattr(0, &mode) == 0 else { return }
        saved.withLock { $0 = mode }
    }

    /// Puts the terminal back as it was; does nothing where nothing was edited. Also for a program that ends at once.
    public static func restore() {
        guard var mode = saved.withLock({ $0 }) else { return }
        tcsetattr(0, TCSADRAIN, &mode)
    }
}

/// The thread's character set: libedit reads and writes letters by it. The rest of the program keeps the C locale, which
/// Lua relies on.
struct TerminalLocale {
    private let own: locale_t?
    private let before: locale_t?

    init() {
        var own = newlocale(LC_CTYPE_MASK, "", nil)
        if let environment = own, ce_is_utf8(environment) == 0 {
            freelocale(environment)
            own = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
        }
        self.own = own
        before = own.flatMap { uselocale($0) }
    }

    func restore() {
        guard let own else { return }
        uselocale(before)
        freelocale(own)
    }
}

/// Puts bytes together to code points; what is no UTF-8 becomes U+FFFD.
struct UTF8Decoder {
    private var bytes: [UInt8] = []

    /// The code point that this byte completes, if it does.
    mutating func take(_ byte: UInt8) -> Unicode.Scalar? {
        if bytes.isEmpty, byte < 0x80 { return Unicode.Scalar(byte) }
        bytes.append(byte)
        let lead = bytes[0]
        let length = lead >= 0xF8 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
        guard bytes.count >= length || byte & 0xC0 != 0x80 && bytes.count > 1 else { return nil }
        defer { bytes = [] }
        return String(validating: bytes, as: UTF8.self)?.unicodeScalars.first ?? "\u{FFFD}"
    }
}
