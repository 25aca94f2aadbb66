import CEdit

/// libedit's editor, ended once.
struct OpaqueEditor {
    let pointer: OpaquePointer

    init?() {
        guard let pointer = ce_open("moontide") else { return nil }
        self.pointer = pointer
    }

    func end() { el_end(pointer) }
}

/// libedit's list of lines, ended once.
struct OpaqueHistory {
    let pointer: OpaquePointer

    init?() {
        guard let pointer = history_init() else { return nil }
        self.pointer = pointer
        ce_size_history(pointer, 500)
    }

    func end() { history_end(pointer) }
}
