/// Decides when saved files are to be taken up.
///
/// It is told what each file looks like and what time it is, and answers which files have changed and come to rest. It asks no
/// system and owns no timer. A change is measured against the *baseline*: what a file looked like when it was last
/// loaded or reported. So a file that changes and changes back was not saved, and a reload that fails is tried again
/// only at the next save.
public struct WatchMachine: Sendable {
    /// How long all changed files must have been left alone before they are reported. Editors write in several steps.
    public let settle: Duration
    /// If files never come to rest, those that have are reported after this many settling times.
    static let patience = 10

    private struct File {
        /// What it looked like when it was loaded; `nil`: it was not there.
        var baseline: FileStamp?
        var seen: FileStamp?
        var seenSince: Duration
    }

    private var files: [String: File] = [:]
    /// When the first of the changes that wait was seen.
    private var dirtySince: Duration?

    /// A machine that watches nothing yet.
    public init(settle: Duration) { self.settle = settle }

    /// The paths it wants to be told about, in no order.
    public var paths: some Collection<String> { files.keys }

    /// Watches these files and no others. Each with what it looked like *before* it was read, `nil` if it was not there.
    ///
    /// A path that is watched already keeps what has been seen of it, so a save during a load is not forgotten.
    public mutating func watch(_ baselines: [String: FileStamp?], at now: Duration) {
        files = baselines.reduce(into: [:]) { result, entry in
            let (path, baseline) = entry
            let known = files[path]
            result[path] = File(
                baseline: baseline,
                seen: known.map(\.seen) ?? baseline,
                seenSince: known?.seenSince ?? now)
        }
    }

    /// Takes in what the files look like now. `now` counts from any moment, and never goes back.
    ///
    /// - Returns: the paths to load anew, sorted; empty nearly always. A path is reported once for each change.
    public mutating func observe(_ stamps: [String: FileStamp?], at now: Duration) -> [String] {
        for (path, stamp) in stamps {
            guard var file = files[path], file.seen != stamp else { continue }
            file.seen = stamp
            file.seenSince = now
            files[path] = file
        }
        let dirty = files.filter { $0.value.seen != $0.value.baseline }
        guard !dirty.isEmpty else {
            dirtySince = nil
            return []
        }
        let began = dirtySince ?? now
        dirtySince = began

        let resting = dirty.filter { now - $0.value.seenSince >= settle }
        let outOfPatience = now - began >= settle * Self.patience
        guard resting.count == dirty.count || (outOfPatience && !resting.isEmpty) else { return [] }

        for (path, file) in resting { files[path]?.baseline = file.seen }
        dirtySince = nil
        return resting.keys.sorted()
    }
}
