import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// What every connection on the sandbox's port starts as: HTTP/1.1 that may become a gateway socket at `/gateway`.
struct SandboxChannel: HTTPChannelHandler {
    /// A connection that has not said yet what it will be.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    enum Negotiated: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case gateway
    }

    static let gatewayPath = "/gateway"

    let responder: HTTPChannelHandler.Responder
    let core: SandboxCore

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        if core.mustRefuseConnection() {
            return channel.close().flatMapThrowing { throw ChannelError.ioOnClosedChannel }
        }
        return channel.eventLoop.makeCompletedFuture {
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                    upgraders: [makeUpgrader()],
                    notUpgradingCompletionHandler: { channel in Self.speakHTTP(on: channel, logger: logger) }))
            // Hummingbird takes one request after another and answers broken ones itself. NIO's two handlers for that
            // would write a second answer, and trap, when a client ends within a body that was answered early.
            configuration.enablePipelining = false
            configuration.enableErrorHandling = false
            let negotiated = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                configuration: configuration)
            return Value(channel: channel, negotiated: negotiated)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            switch try? await value.negotiated.get() {
            case .http(let channel)?:
                await handleHTTP(asyncChannel: channel, logger: logger)
            case .gateway?:
                try? await value.channel.closeFuture.get()
            case nil:
                value.channel.close(promise: nil)
            }
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }

    private func makeUpgrader() -> NIOTypedWebSocketServerUpgrader<Negotiated> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: 1 << 16,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let isGateway = Self.path(of: head.uri) == Self.gatewayPath
                return channel.eventLoop.makeSucceededFuture(isGateway ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { [core] channel, head in
                channel.eventLoop.makeCompletedFuture {
                    let link = GatewayLink(channel: channel)
                    try channel.pipeline.syncOperations.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_024,
                            maxAccumulatedFrameSize: 1 << 16))
                    try channel.pipeline.syncOperations.addHandler(
                        GatewayHandler(core: core, link: link, version: QueryItems(target: head.uri)["v"]))
                    return Negotiated.gateway
                }
            })
    }

    private static func speakHTTP(on channel: any Channel, logger: Logger) -> EventLoopFuture<Negotiated> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try channel.pipeline.syncOperations.addHandler(HTTPConnectionStateHandler(logger: logger))
            return .http(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    private static func path(of target: String) -> Substring {
        target.prefix { $0 != "?" && $0 != "#" }
    }
}
