import CEdit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One use of libedit, on one thread.
final class EditSession {
    private let owner: LineEditor
    private let editor: OpaqueEditor
    private let history: OpaqueHistory
    /// The prompt as libedit reads it: C text that stays where it is until the next.
    private var prompt: UnsafeMutablePointer<CChar>?
    private var promptWidth = 0
    private var columns = 80

    init?(owner: LineEditor) {
        guard let history = OpaqueHistory(), let editor = OpaqueEditor() else { return nil }
        self.owner = owner
        self.editor = editor
        self.history = history
        ce_set_client(editor.pointer, Unmanaged.passUnretained(self).toOpaque())
        ce_set_prompt(editor.pointer) { editor in EditSession.of(editor)?.promptPointer() }
        ce_set_mode(editor.pointer, "emacs")
        ce_use_history(editor.pointer, history.pointer)
        ce_add_function(editor.pointer, "moontide-complete", "Completes the word before the cursor.") { editor, _ in
            EditSession.of(editor)?.complete() ?? UInt8(CC_ERROR)
        }
        ce_bind(editor.pointer, "^I", "moontide-complete")
        ce_bind(editor.pointer, "^R", "em-inc-search-prev")
        ce_set_reader(editor.pointer) { editor, character in
            guard let session = EditSession.of(editor), let character else { return -1 }
            guard let scalar = session.nextCharacter() else { return 0 }
            character.pointee = wchar_t(bitPattern: scalar.value)
            return 1
        }
        columns = TerminalOutput.columns
    }

    private static func of(_ editor: OpaquePointer?) -> EditSession? {
        guard let editor, let client = ce_client(editor) else { return nil }
        return Unmanaged<EditSession>.fromOpaque(client).takeUnretainedValue()
    }

    /// Lets go of libedit; nothing of it is used afterwards.
    func end() {
        editor.end()
        history.end()
        free(prompt)
        prompt = nil
    }

    /// The next line without its end; nil at the end of the input.
    func line() -> String? {
        var count: Int32 = 0
        guard let text = el_gets(editor.pointer, &count), count > 0 else { return nil }
        var line = String(cString: text)
        while let last = line.unicodeScalars.last, last == "\n" || last == "\r" { line.unicodeScalars.removeLast() }
        if !line.isEmpty { ce_add_history(history.pointer, line) }
        return line
    }

    /// Takes the line that was just entered off the screen.
    func erase(_ line: String) {
        let rows = (promptWidth + TerminalOutput.width(of: line)) / max(1, columns) + 1
        TerminalOutput.put(Array("\u{1B}[\(rows)A\r\u{1B}[J".utf8))
    }

    // MARK: Called by libedit

    private func promptPointer() -> UnsafeMutablePointer<CChar>? {
        let text = owner.promptText()
        free(prompt)
        prompt = strdup(text)
        promptWidth = TerminalOutput.width(of: text)
        return prompt
    }

    /// Waits for a key. Meanwhile shows what others have to say, above the line.
    private func nextCharacter() -> Unicode.Scalar? {
        var decoder = UTF8Decoder()
        while true {
            if owner.isStopped { return nil }
            var sources = [
                pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
                pollfd(fd: owner.wakeDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&sources, nfds_t(sources.count), -1)
            let width = TerminalOutput.columns
            if width != columns {
                columns = width
                el_resize(editor.pointer)
            }
            if ready < 0 {
                if errno == EINTR { continue }
                return nil
            }
            if sources[1].revents != 0 { showWaiting() }
            guard sources[0].revents != 0 else { continue }
            var byte: UInt8 = 0
            let count = read(0, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            if let scalar = decoder.take(byte) { return scalar }
        }
    }

    private func showWaiting() {
        guard let text = owner.takeWaiting() else { return }
        var above = 0
        if let info = el_line(editor.pointer) {
            let count = max(0, info.pointee.cursor - info.pointee.buffer)
            let bytes = UnsafeBufferPointer(start: info.pointee.buffer, count: count).map { UInt8(bitPattern: $0) }
            above = (promptWidth + TerminalOutput.width(of: String(decoding: bytes, as: UTF8.self))) / max(1, columns)
        }
        TerminalOutput.put(
            Array("\r".utf8) + (above > 0 ? Array("\u{1B}[\(above)A".utf8) : []) + Array("\u{1B}[J".utf8))
        TerminalOutput.put(text)
        ce_redraw(editor.pointer)
    }

    private func complete() -> UInt8 {
        guard let info = el_line(editor.pointer) else { return UInt8(CC_ERROR) }
        let count = max(0, info.pointee.cursor - info.pointee.buffer)
        let bytes = UnsafeBufferPointer(start: info.pointee.buffer, count: count).map { UInt8(bitPattern: $0) }
        let completion = owner.completion(of: String(decoding: bytes, as: UTF8.self))
        guard let first = completion.candidates.first else { return UInt8(CC_REFRESH_BEEP) }
        let typed = String(decoding: bytes.suffix(completion.replaced), as: UTF8.self)
        var common = first
        for other in completion.candidates.dropFirst() { common = LineEditor.commonPrefix(common, other) }
        if completion.candidates.count == 1 { common += " " }
        if common.utf8.count > typed.utf8.count || completion.candidates.count == 1 {
            el_deletestr(editor.pointer, Int32(clamping: typed.unicodeScalars.count))
            el_insertstr(editor.pointer, common)
            return UInt8(CC_REFRESH)
        }
        let list = completion.candidates.prefix(60).joined(separator: "  ")
        TerminalOutput.put(Array("\n\(list)\n".utf8))
        ce_redraw(editor.pointer)
        return UInt8(CC_REFRESH)
    }
}

extension LineEditor {
    /// What two texts begin with in common, upper and lower case being the same; in the first one's letters.
    static func commonPrefix(_ one: String, _ other: String) -> String {
        String(zip(one, other).prefix { $0.lowercased() == $1.lowercased() }.map(\.0))
    }
}
