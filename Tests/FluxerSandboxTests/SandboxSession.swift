import AsyncHTTPClient
import FluxerModel
import JSON
import NIOCore
import NIOHTTP1
import Testing

@testable import FluxerSandbox

/// A running sandbox with an HTTP client, for one test.
struct SandboxSession: Sendable {
    let sandbox: Sandbox
    let address: SandboxAddress
    let client: HTTPClient

    var general: ChannelID { sandbox.channels[0].id }
    var mira: UserID { sandbox.users[0].id }
    var jonas: UserID { sandbox.users[1].id }
    var aiko: UserID { sandbox.users[2].id }

    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let text: String
        let json: JSONValue?
        var code: String? { json?["code"]?.stringValue }
        var id: String { json?["id"]?.stringValue ?? "" }
    }

    /// Starts a sandbox, runs the body, and shuts both down whatever happens.
    static func run(
        _ configure: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: (SandboxSession) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration()
        configuration.rateLimits = .off
        configure(&configuration)
        let sandbox = Sandbox(configuration: configuration)
        let address = try await sandbox.start()
        var settings = HTTPClient.Configuration()
        settings.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let session = SandboxSession(sandbox: sandbox, address: address, client: client)
        let result: Result<Void, any Error>
        do {
            try await body(session)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        try await sandbox.shutdown()
        try result.get()
    }

    /// A request with the bot's token.
    func api(
        _ method: String, _ path: String, _ body: String? = nil, token: String? = nil
    ) async throws -> Reply {
        var headers = [("Authorization", "Bot \(token ?? sandbox.botToken)")]
        if body != nil { headers.append(("Content-Type", "application/json")) }
        return try await send(method, "\(address.apiURL)\(path)", headers, body)
    }

    /// A request of the chat page.
    func page(_ method: String, _ path: String, _ body: String? = nil, _ more: [(String, String)] = []) async throws
        -> Reply
    {
        var headers = more
        if body != nil, !more.contains(where: { $0.0 == "Content-Type" }) {
            headers.append(("Content-Type", "application/json"))
        }
        return try await send(method, "\(address.baseURL)\(path)", headers, body)
    }

    func send(_ method: String, _ url: String, _ headers: [(String, String)], _ body: String?) async throws -> Reply {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(20))
        let bytes = Array(try await response.body.collect(upTo: 1 << 24).readableBytesView)
        var fields: [String: String] = [:]
        for header in response.headers { fields[header.name.lowercased()] = header.value }
        return Reply(
            status: Int(response.status.code), headers: fields, text: String(decoding: bytes, as: UTF8.self),
            json: try? JSONValue(parsing: bytes))
    }
}
