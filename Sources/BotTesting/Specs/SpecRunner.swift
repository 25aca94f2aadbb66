import BotCore
import LuaRuntime
import PackHost

/// Runs spec files, one spec after the other, each in a world of its own.
public struct SpecRunner: Sendable {
    public var settings: SpecSettings
    /// Only specs whose name, or whose file's, contains this.
    public var filter: String?

    public init(settings: SpecSettings = SpecSettings(), filter: String? = nil) {
        self.settings = settings
        self.filter = filter
    }

    /// Runs all specs of the files, and tells of each as it ends.
    public func run(_ files: [SpecFile], tell: (SpecResult) -> Void = { _ in }) async -> [SpecResult] {
        var results: [SpecResult] = []
        for file in files where !Task.isCancelled { results += await run(file, tell: tell) }
        return results
    }

    private func run(_ file: SpecFile, tell: (SpecResult) -> Void) async -> [SpecResult] {
        var results: [SpecResult] = []
        func add(_ result: SpecResult) {
            results.append(result)
            tell(result)
        }
        let begun = ContinuousClock.now
        let state: SpecState
        let cases: [SpecCase]
        do throws(LuaError) {
            state = try await SpecState(file, limits: settings.specLimits)
            do throws(LuaError) { cases = try await state.load(timeout: settings.timeout) } catch {
                let lines = state.takeLines()
                await state.close()
                add(
                    SpecResult(
                        file: file, name: nil,
                        outcome: .failed(failure(error, file, lines: lines, prefix: "it did not load: ")),
                        seconds: since(begun)))
                return results
            }
        } catch {
            add(SpecResult(file: file, name: nil, outcome: .failed(failure(error, file)), seconds: since(begun)))
            return results
        }
        if cases.isEmpty {
            add(
                SpecResult(
                    file: file, name: nil,
                    outcome: .failed(
                        failure(.spec("it declares no spec: t.it(\"does something\", function(w) … end)"), file)),
                    seconds: since(begun)))
        }
        for spec in cases where fits(spec, file) && !Task.isCancelled {
            add(await run(spec, of: file, in: state))
        }
        await state.close()
        return results
    }

    private func fits(_ spec: SpecCase, _ file: SpecFile) -> Bool {
        guard let filter, !filter.isEmpty else { return true }
        return spec.name.lowercased().contains(filter.lowercased())
            || file.name.lowercased().contains(filter.lowercased())
    }

    private func run(_ spec: SpecCase, of file: SpecFile, in state: SpecState) async -> SpecResult {
        if let reason = spec.skip {
            return SpecResult(file: file, name: spec.name, outcome: .skipped(reason), seconds: 0)
        }
        let begun = ContinuousClock.now
        let world = SpecWorld(spec.bot, settings: settings)
        var outcome = SpecResult.Outcome.passed
        do throws(LuaError) {
            try await state.run(spec, in: world, timeout: settings.timeout)
            // What was said last may have gone wrong too.
            try await world.rest()
            let errors = world.unseenErrors
            if let first = errors.first {
                outcome = .failed(
                    failure(
                        .expectation(
                            "the bot raised an error that nothing expected: \(SpecWorld.line(of: first))\n"
                                + "     w:expect_error{ … } expects one"), file, at: spec.line, world,
                        lines: state.takeLines()))
            }
        } catch {
            if error.name == LuaError.skippedName {
                outcome = .skipped(error.message)
            } else {
                outcome = .failed(failure(error, file, at: spec.line, world, lines: state.takeLines()))
            }
        }
        _ = state.takeLines()
        await world.end()
        return SpecResult(file: file, name: spec.name, outcome: outcome, seconds: since(begun))
    }

    // MARK: Failures

    private func failure(
        _ error: LuaError, _ file: SpecFile, at line: Int? = nil, _ world: SpecWorld? = nil, lines: [String] = [],
        prefix: String = ""
    ) -> SpecResult.Failure {
        let place = SpecRunner.place(of: error) ?? line.map { (file.name, $0) }
        var source: [(line: Int, text: String)] = []
        if let place, place.0 == file.name, let text = try? file.read() {
            let all = text.split(separator: "\n", omittingEmptySubsequences: false)
            let around = max(1, place.1 - 1)...max(1, min(all.count, place.1 + 1))
            source = around.filter { $0 <= all.count }.map { ($0, String(all[$0 - 1].prefix(200))) }
        }
        return SpecResult.Failure(
            message: prefix + error.message, file: place?.0, line: place?.1, source: source,
            errors: world?.unseenErrors.map { card in
                SpecWorld.line(of: card) + Excerpt.text(card.source, card.line)
            } ?? [],
            log: (world?.record.now.lines.suffix(20) ?? []) + lines.suffix(20).map { "spec: \($0)" })
    }

    /// The innermost line of a spec that led to an error: what the library adds on top is passed over.
    private static func place(of error: LuaError) -> (String, Int)? {
        for row in error.traceback?.split(separator: "\n").dropFirst() ?? [] {
            let entry = row.drop { $0 == "\t" || $0 == " " }
            guard !entry.hasPrefix("moontide/"), !entry.hasPrefix("[C]") else { continue }
            let parts = entry.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            if parts.count == 3, let line = Int(parts[1]) { return (String(parts[0]), line) }
        }
        if let file = error.file, let line = error.line, !file.hasPrefix("moontide/") { return (file, line) }
        return nil
    }

    private func since(_ begun: ContinuousClock.Instant) -> Double {
        let parts = begun.duration(to: .now).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}
