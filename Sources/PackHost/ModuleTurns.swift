import LuaRuntime
import Synchronization

/// Who loads which module of a generation, and who waits for it.
///
/// A module may wait while it loads. A second call that requires it meanwhile waits for the first, unless the first waits,
/// over whatever other modules, for the second: that is a module that requires itself.
final class ModuleTurns: Sendable {
    private struct State {
        /// The invocation that loads a module.
        var loading: [String: UInt64] = [:]
        /// The module that an invocation waits for.
        var wanted: [UInt64: String] = [:]
        var waiting: [String: [Waiter]] = [:]
    }
    private struct Waiter {
        let number: UInt64
        /// Whether its task is counted as work: not while it waits.
        let isCounted: Bool
        let continuation: CheckedContinuation<Void, Never>
    }
    private let state = Mutex(State())
    private let work: WorkCount?

    init(work: WorkCount?) { self.work = work }

    private func wake(_ waiter: Waiter) {
        if waiter.isCounted { work?.begin() }
        waiter.continuation.resume()
    }

    /// `begun`: the invocation loads it now. `own`: it would wait for itself. `other`: another loads it.
    func begin(_ module: String, by invocation: UInt64) -> String {
        state.withLock { state in
            guard let owner = state.loading[module] else {
                state.loading[module] = invocation
                return "begun"
            }
            return ModuleTurns.leads(from: owner, to: invocation, state) ? "own" : "other"
        }
    }

    private static func leads(from owner: UInt64, to invocation: UInt64, _ state: State) -> Bool {
        var next: UInt64? = owner
        var steps = 0
        while let number = next, steps <= state.wanted.count {
            if number == invocation { return true }
            next = state.wanted[number].flatMap { state.loading[$0] }
            steps += 1
        }
        return false
    }

    /// The module is loaded, or failed to load.
    func end(_ module: String) {
        let waiting = state.withLock { state in
            state.loading[module] = nil
            return state.waiting.removeValue(forKey: module) ?? []
        }
        for waiter in waiting { wake(waiter) }
    }

    /// An invocation has ended; what it was loading is loaded by whoever needs it next.
    func abandon(_ invocation: UInt64) {
        let modules = state.withLock { state -> [String] in
            guard !state.loading.isEmpty else { return [] }
            state.wanted[invocation] = nil
            return state.loading.filter { $0.value == invocation }.map(\.key)
        }
        for module in modules { end(module) }
    }

    /// Parks the caller until the module's loading has ended.
    func wait(for module: String, by invocation: UInt64) throws -> LuaReturn {
        state.withLock { $0.wanted[invocation] = module }
        return .wait(
            LuaOperation {
                await withTaskCancellationHandler {
                    let isCounted = self.work != nil && WorkCount.isCounted
                    await withCheckedContinuation { continuation in
                        let isLoading = self.state.withLock { state -> Bool in
                            guard state.loading[module] != nil, !Task.isCancelled else { return false }
                            state.waiting[module, default: []].append(
                                Waiter(number: invocation, isCounted: isCounted, continuation: continuation))
                            return true
                        }
                        guard isLoading else { return continuation.resume() }
                        if isCounted { self.work?.end() }
                    }
                } onCancel: {
                    self.leave(module, invocation)
                }
                self.state.withLock { $0.wanted[invocation] = nil }
                return LuaNothing()
            })
    }

    private func leave(_ module: String, _ invocation: UInt64) {
        let found = state.withLock { state -> Waiter? in
            guard let place = state.waiting[module]?.firstIndex(where: { $0.number == invocation }) else { return nil }
            return state.waiting[module]?.remove(at: place)
        }
        if let found { wake(found) }
    }
}
