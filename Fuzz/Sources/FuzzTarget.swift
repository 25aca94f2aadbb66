/// A piece of the program that reads what strangers wrote, and what must hold whatever they write.
struct FuzzTarget: Sendable {
    let name: String
    let summary: String
    /// Tries one input. A trap or a failed `require` is a finding.
    let body: @Sendable (UnsafeRawBufferPointer) -> Void

    static let all: [FuzzTarget] = [.json, .frames, .signatures, .patterns, .lua]

    /// Set once, before the first input; libFuzzer calls on the thread that set it.
    nonisolated(unsafe) static var chosen: FuzzTarget?
}

/// Ends the run with a finding, unless `condition` holds.
func require(_ condition: Bool, _ claim: @autoclosure () -> String, line: UInt = #line, file: StaticString = #fileID) {
    if !condition { fatalError("does not hold: \(claim())", file: file, line: line) }
}

/// Ends the run with a finding where `body` throws.
func must<R>(_ claim: String, _ body: () throws -> R) -> R {
    do { return try body() } catch { fatalError("does not hold: \(claim): \(error)") }
}
