import FluxerREST
import Synchronization

/// Holds every request until the test answers it.
final class ScriptedTransport: HTTPTransport {
    private struct State {
        var arrived:
            [(request: HTTPRequest, continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>)] =
                []
        var all: [HTTPRequest] = []
        var taken = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var isShutDown = false
    }

    private let state = Mutex(State())

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let outcome = await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                state.arrived.append((request, continuation))
                state.all.append(request)
                let ready = state.watchers.filter { $0.count <= state.all.count }.map(\.continuation)
                state.watchers.removeAll { $0.count <= state.all.count }
                return ready
            }
            for watcher in ready { watcher.resume() }
        }
        return try outcome.get()
    }

    func shutdown() async {
        let open = state.withLock { state in
            let open = state.arrived
            state.arrived = []
            state.isShutDown = true
            return open
        }
        for (_, continuation) in open { continuation.resume(returning: .failure(TransportError(.cancelled, "closed"))) }
    }

    /// Every request so far.
    var requests: [HTTPRequest] { state.withLock { $0.all } }
    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Waits until so many requests have come in all.
    func arrived(_ count: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isThere = state.withLock { state in
                if state.all.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Waits for the next request and answers it.
    @discardableResult
    func answer(_ outcome: Result<HTTPResponse, TransportError>) async -> HTTPRequest {
        let wanted = state.withLock { state in
            state.taken += 1
            return state.taken
        }
        await arrived(wanted)
        let (request, continuation) = state.withLock { $0.arrived.removeFirst() }
        continuation.resume(returning: outcome)
        return request
    }

    @discardableResult
    func answer(_ status: Int, _ body: String = "", headers: [HTTPHeader] = []) async -> HTTPRequest {
        await answer(.success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))))
    }
}
