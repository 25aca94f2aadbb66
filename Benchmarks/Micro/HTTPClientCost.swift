import FluxerREST
import Synchronization

/// So many turns for all tasks together.
private final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    func take() -> Bool { left.subtract(1, ordering: .relaxed).newValue >= 0 }
}

/// What the HTTP client alone takes of the processor: the posts of a `!ping` bot, and nothing around them.
enum HTTPClientCost {
    static func run(_ words: [String], _ table: Table) async throws {
        var api = "", count = 10_000, window = 48, isGeneral = false
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--general" {
                isGeneral = true
                continue
            }
            let value = rest.popFirst() ?? ""
            switch word {
            case "--api": api = value
            case "--count": count = max(1, Int(value) ?? count)
            case "--window": window = min(max(1, Int(value) ?? window), 49)
            default: MicroProgram.refuse(MicroProgram.usage)
            }
        }
        guard !api.isEmpty else { MicroProgram.refuse(MicroProgram.usage) }
        let transport: any HTTPTransport = isGeneral ? AsyncHTTPTransport() : KeepAliveTransport()
        try await post(count / 5, window, api, transport)
        var costs: [Double] = [], rates: [Double] = []
        for _ in 0..<Bench.rounds {
            let processor = Bench.processor(), began = Bench.now()
            try await post(count, window, api, transport)
            costs.append(Double(Bench.processor() &- processor) / Double(count) / 1000)
            rates.append(Double(count) / (Double(Bench.now() &- began) / 1e9))
        }
        await transport.shutdown()
        table.row("the HTTP client's processor time a post", Figure(costs), unit: "µs")
        table.row("posts a second", Figure(rates), unit: "1/s")
    }

    private static func post(_ count: Int, _ window: Int, _ api: String, _ transport: any HTTPTransport) async throws {
        let left = Countdown(count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for channel in 1...window {
                let request = request(api, channel)
                group.addTask {
                    while left.take() {
                        _ = try await transport.send(request)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func request(_ api: String, _ channel: Int) -> HTTPRequest {
        let body =
            #"{"content":"pong","message_reference":{"message_id":"1430000000000000000","channel_id":"1411000000000000001","guild_id":"1410000000000000000"},"allowed_mentions":{"parse":[],"replied_user":true},"nonce":"1430000000000000001"}"#
        return HTTPRequest(
            method: "POST", url: "\(api)/channels/\(1_411_000_000_000_000_000 + channel)/messages",
            headers: [
                HTTPHeader("User-Agent", "Moontide"), HTTPHeader("Accept", "application/json"),
                HTTPHeader("Authorization", "Bot nobody"), HTTPHeader("Content-Type", "application/json"),
            ], body: Array(body.utf8))
    }
}
