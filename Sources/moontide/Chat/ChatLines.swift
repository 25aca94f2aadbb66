import LineEditor
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lines that are typed into the chat: edited on a terminal, read as they are from anything else.
final class ChatLines: Sendable {
    /// What was asked for, in order; ends with the input.
    let inputs: AsyncStream<ChatInput>
    /// Whether somebody types.
    let isInteractive: Bool
    private let continuation: AsyncStream<ChatInput>.Continuation
    private let editor: LineEditor?
    private let hasEnded = Mutex(false)

    /// - Parameters:
    ///   - prompt: what stands before the line.
    ///   - complete: what may follow the text up to the cursor.
    init(prompt: @escaping @Sendable () -> String, complete: @escaping @Sendable (String) -> LineEditor.Completion) {
        (inputs, continuation) = AsyncStream.makeStream(of: ChatInput.self)
        editor = LineEditor.isPossible ? LineEditor(prompt: prompt, complete: complete) : nil
        isInteractive = editor != nil
    }

    /// Begins to read, on a thread of its own.
    func start() {
        let isStarted = Thread.detach { [self] in
            if let editor { edit(editor) } else { readPlainly() }
            hasEnded.withLock { $0 = true }
            continuation.finish()
        }
        if !isStarted { continuation.finish() }
    }

    private func edit(_ editor: LineEditor) {
        TerminalWriter.shared.redirect { bytes in
            editor.show(bytes)
            // The writer waits with the next until this is on the screen.
            for _ in 0..<500 where editor.isBusy { usleep(1_000) }
        }
        defer { TerminalWriter.shared.redirect(to: nil) }
        let isPossible = editor.run { line in
            guard let input = ChatInput(parsing: line) else { return .erase }
            continuation.yield(input)
            switch input {
            case .quit: return .end
            // It comes again with its number.
            case .say: return .erase
            default: return .keep
            }
        }
        if !isPossible { readPlainly() }
    }

    private func readPlainly() {
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest += chunk[..<count]
            while let end = rest.firstIndex(of: 10) {
                var line = rest[..<end]
                if line.last == 13 { line.removeLast() }
                rest.removeSubrange(...end)
                guard take(line) else { return }
            }
            // Nobody says a mebibyte on one line.
            if rest.count > 1 << 20 { rest.removeAll() }
        }
        if !rest.isEmpty { _ = take(rest[...]) }
    }

    /// False where it was the last.
    private func take(_ line: ArraySlice<UInt8>) -> Bool {
        guard let input = ChatInput(parsing: String(decoding: line, as: UTF8.self)) else { return true }
        continuation.yield(input)
        return input != .quit
    }

    /// The prompt is another one now.
    func redraw() { editor?.redraw() }

    /// Ends the reading, and waits until the terminal is as it was before.
    func stop() async {
        continuation.finish()
        guard let editor else { return }
        editor.stop()
        for _ in 0..<200 where !hasEnded.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(2)) }
        TerminalMode.restore()
    }
}
