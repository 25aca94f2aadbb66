import FluxerModel
import JSON
import Synchronization
import Testing

@testable import FluxerREST

/// A clock on which every sleep is over at once.
private final class JumpingClock: RESTClock {
    private let time = Mutex<Int64>(0)

    var now: Int64 { time.withLock { $0 } }

    func sleep(until moment: Int64) async throws {
        await Task.yield()
        time.withLock { $0 = max($0, moment) }
    }
}

/// A server that refuses, fails and loses answers by chance, and knows repetitions by their nonce.
private final class StormyServer: HTTPTransport {
    struct State {
        var generator: Dice
        /// Contents in the order in which they took effect, by address.
        var kept: [String: [String]] = [:]
        var nonces: Set<String> = []
        var open: [String: Int] = [:]
        var worstOpen = 0
    }

    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) | (state << 31)
        }
    }

    let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(generator: Dice(state: seed))) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        state.withLock { state in
            state.open[request.url, default: 0] += 1
            state.worstOpen = max(state.worstOpen, state.open[request.url] ?? 0)
        }
        await Task.yield()
        let outcome = state.withLock { state in
            state.open[request.url, default: 0] -= 1
            return answer(request, &state)
        }
        return try outcome.get()
    }

    private func answer(_ request: HTTPRequest, _ state: inout State) -> Result<HTTPResponse, TransportError> {
        let dice = Int.random(in: 0..<10, using: &state.generator)
        switch dice {
        case 0: return .success(HTTPResponse(status: 429, body: Array(#"{"retry_after":0.3,"global":false}"#.utf8)))
        case 1: return .success(HTTPResponse(status: 429, body: Array(#"{"retry_after":0.1,"global":true}"#.utf8)))
        case 2: return .success(HTTPResponse(status: 503, headers: [HTTPHeader("Retry-After", "1")]))
        case 3: return .failure(TransportError(.connectFailed, "refused"))
        default: break
        }
        let body = try? JSONValue(parsing: request.body ?? [])
        if let content = body?["content"]?.stringValue, let nonce = body?["nonce"]?.stringValue,
            state.nonces.insert(nonce).inserted
        {
            state.kept[request.url, default: []].append(content)
        }
        // The effect is there, but the answer is lost.
        if dice == 4 { return .failure(TransportError(.interrupted, "lost")) }
        return .success(
            HTTPResponse(
                status: 200,
                headers: [HTTPHeader("X-RateLimit-Limit", "20"), HTTPHeader("X-RateLimit-Remaining", "5")],
                body: Array(ClientTests.answer.utf8)))
    }

    func shutdown() async {}
}

@Suite("REST client in a storm", .timeLimit(.minutes(1)))
struct StormTests {
    @Test("1,000 posts to ten channels: none lost but where all tries failed, none doubled, each channel in order")
    func storm() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let server = StormyServer(seed: seed)
        let client = RESTClient(
            .init(token: BotToken("1.x"), version: "1"), transport: server, clock: JumpingClock(), chance: { 0 })
        let calls = try (0..<1000).map { number in
            client.enqueue(try .createMessage(ChannelID(UInt64(number % 10)), CreateMessage(content: "\(number)")))
        }
        var failed: Set<String> = []
        for (number, call) in calls.enumerated() {
            do { _ = try await call.response() } catch {
                #expect(error.kind == .transport || error.kind == .server, "seed \(seed)")
                failed.insert("\(number)")
            }
        }
        let state = server.state.withLock { $0 }
        #expect(state.worstOpen == 1, "seed \(seed)")
        #expect(state.kept.count == 10, "seed \(seed)")
        let kept = Set(state.kept.values.joined())
        #expect(state.kept.values.map(\.count).reduce(0, +) == kept.count, "seed \(seed)")
        #expect(kept.union(failed).count == 1000, "seed \(seed)")
        for (url, contents) in state.kept {
            #expect(contents.compactMap { Int($0) } == contents.compactMap { Int($0) }.sorted(), "seed \(seed) \(url)")
        }
        #expect(client.pendingCount == 0)
    }

    @Test("calls from many tasks that are given up at any moment leave nothing behind")
    func cancelling() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let server = StormyServer(seed: seed)
        let client = RESTClient(
            .init(token: BotToken("1.x"), version: "1"), transport: server, clock: JumpingClock(), chance: { 0 })
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    guard
                        let request = try? RESTRequest.createMessage(
                            ChannelID(UInt64(number % 5)), CreateMessage(content: "\(number)"))
                    else { return }
                    let call = client.enqueue(request)
                    for _ in 0..<(number % 7) { await Task.yield() }
                    if number % 3 == 0 { call.cancel() }
                    _ = try? await call.response()
                }
            }
        }
        #expect(client.pendingCount == 0, "seed \(seed)")
        await client.shutdown()
    }
}
