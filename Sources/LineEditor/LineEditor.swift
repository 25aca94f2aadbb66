import CEdit
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A line of input that can be edited, with history and completion, while text goes on to appear above it.
///
/// libedit does the editing. It waits for keys, so `run` holds the thread that calls it until the input ends: give it one
/// of its own. Everything of libedit's is touched on that thread alone.
public final class LineEditor: Sendable {
    /// What may stand in place of the word before the cursor.
    public struct Completion: Sendable, Hashable {
        /// How many bytes before the cursor are replaced.
        public let replaced: Int
        /// What may replace them.
        public let candidates: [String]

        public init(replaced: Int, candidates: [String]) {
            self.replaced = replaced
            self.candidates = candidates
        }
    }

    private struct State {
        var waiting: [UInt8] = []
        var isStopped = false
        var isRunning = false
        /// The prompt is another one now.
        var isStale = false
    }

    private let prompt: @Sendable () -> String
    private let complete: @Sendable (String) -> Completion
    private let state = Mutex(State())
    /// Wakes the thread that waits for keys.
    private let wake: (read: Int32, write: Int32)

    /// - Parameters:
    ///   - prompt: what stands before the line; asked anew for each.
    ///   - complete: what may follow, given the text up to the cursor.
    /// - Returns: nil where the system gives no pipe.
    public init?(prompt: @escaping @Sendable () -> String, complete: @escaping @Sendable (String) -> Completion) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
        self.prompt = prompt
        self.complete = complete
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    /// Whether standard input and output are a terminal on which lines can be edited.
    public static var isPossible: Bool {
        guard isatty(0) == 1, isatty(1) == 1, let kind = getenv("TERM").map({ String(cString: $0) }) else {
            return false
        }
        return !kind.isEmpty && kind != "dumb"
    }

    // MARK: From any thread

    /// Shows text above the line that is being edited. Does not wait.
    public func show(_ bytes: [UInt8]) {
        let isRunning = state.withLock { state in
            if state.isRunning { state.waiting += bytes }
            return state.isRunning
        }
        if isRunning { ring() } else { TerminalOutput.put(bytes) }
    }

    /// Asks for the prompt anew, and draws the line behind it.
    public func redraw() {
        state.withLock { $0.isStale = true }
        ring()
    }

    /// Whether text still waits to be shown.
    public var isBusy: Bool { state.withLock { $0.isRunning && !$0.waiting.isEmpty } }

    /// Ends `run`.
    public func stop() {
        state.withLock { $0.isStopped = true }
        ring()
    }

    private func ring() {
        var byte: UInt8 = 1
        _ = write(wake.write, &byte, 1)
    }

    // MARK: On the thread that edits

    /// Reads lines until the input ends, `stop`, or `take` answers `end`.
    ///
    /// - Parameter take: gets each line without its end.
    /// - Returns: false where libedit cannot work on this terminal.
    public func run(_ take: (String) -> Answer) -> Bool {
        let locale = TerminalLocale()
        defer { locale.restore() }
        guard let session = EditSession(owner: self) else { return false }
        state.withLock { $0.isRunning = true }
        TerminalMode.save()
        defer {
            session.end()
            TerminalMode.restore()
            let rest = state.withLock { state in
                state.isRunning = false
                defer { state.waiting = [] }
                return state.waiting
            }
            TerminalOutput.put(rest)
        }
        while !isStopped, let line = session.line() {
            switch take(line) {
            case .keep: break
            case .erase: session.erase(line)
            case .end: return true
            }
        }
        // What follows begins on a line of its own.
        TerminalOutput.put([10])
        return true
    }

    /// What becomes of a line that was read.
    public enum Answer: Sendable {
        /// It stays on the screen.
        case keep
        /// It is taken off: it will come again in another form.
        case erase
        /// No further line is read.
        case end
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var wakeDescriptor: Int32 { wake.read }
    func promptText() -> String { prompt() }
    func completion(of text: String) -> Completion { complete(text) }

    /// What waits to be shown; nil where nothing does and the line stands as it should.
    func takeWaiting() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wake.read, &bytes, bytes.count) > 0 {}
        return state.withLock { state in
            defer {
                state.waiting = []
                state.isStale = false
            }
            return state.waiting.isEmpty && !state.isStale ? nil : state.waiting
        }
    }
}
