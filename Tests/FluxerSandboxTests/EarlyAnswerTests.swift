import NIOCore
import NIOPosix
import Testing

@testable import FluxerSandbox

@Suite("requests that end too early", .timeLimit(.minutes(1)))
struct EarlyAnswerTests {
    /// Sends the text, ends the sending side there, and answers with everything that came until the server closed.
    private func talk(_ text: String, to address: SandboxAddress) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            outbound.finish()
            var answer = ""
            for try await part in inbound { answer += String(buffer: part) }
            return answer
        }
    }

    @Test("a client that ends within a body costs its connection only")
    func early() async throws {
        try await SandboxSession.run { session async throws in
            let host = "\(session.address.host):\(session.address.port)"
            for target in ["/v1/users/@me", "/_sandbox/messages", "/nowhere"] {
                let answer = try await talk(
                    "POST \(target) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 100000\r\n\r\nhalf",
                    to: session.address)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"), "\(target): \(answer)")
            }
            #expect(try await session.api("GET", "/users/@me").status == 200)
        }
    }

    @Test("a broken request is answered 400 and closes its connection only")
    func broken() async throws {
        try await SandboxSession.run { session async throws in
            let answer = try await talk("GET / HTTP/9.9 what\r\n\r\n", to: session.address)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"))
            #expect(try await session.api("GET", "/users/@me").status == 200)
        }
    }
}
