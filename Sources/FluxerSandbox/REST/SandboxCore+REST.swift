import FluxerModel
import JSON

/// The API's side of the server: faults, limits, authorization, and then the route.
extension SandboxCore {
    func outcome(of request: RESTRequest) -> RESTOutcome {
        let path = request.path
        switch path {
        case "/_health": return .answer(.json { $0.object { $0.field("status", "ok") } })
        case "/.well-known/fluxer": return .answer(discovery())
        default: break
        }
        if path == "/" || path.hasPrefix("/page.") || path.hasPrefix("/_sandbox/") { return pageOutcome(of: request) }

        // Below /v1, and without it too; HEAD works wherever GET does; a trailing slash is another path (rest.md 1.1).
        let target = request.target.hasPrefix("/v1/") ? String(request.target.dropFirst(3)) : request.target
        let verb = request.method == "HEAD" ? "GET" : request.method
        guard let method = HTTPVerb(rawValue: verb), let match = Route.match(method, target) else {
            return .answer(RESTAnswer(.notFound))
        }
        return outcome(of: match.route, match.parameters, request)
    }

    private func outcome(of route: Route, _ parameters: [String: String], _ request: RESTRequest) -> RESTOutcome {
        let fault = withState { state in
            state.counters.requests[route.name, default: 0] += 1
            return state.faults.take(for: route)
        }
        switch fault?.kind {
        case .cut?: return .cut
        case .silence?: return .silence
        case .status(let status, let headers, let body, let contentType)?:
            var answer = RESTAnswer(status: status, body: body)
            answer.headers = headers
            answer.contentType = contentType
            return .answer(answer)
        case .cutAfterHandling?:
            _ = answer(to: route, parameters, request)
            return .cut
        case nil:
            return .answer(answer(to: route, parameters, request))
        }
    }

    /// Limits run before authorization, so a 429 can hide a 401 (rest.md 5.1).
    private func answer(to route: Route, _ parameters: [String: String], _ request: RESTRequest) -> RESTAnswer {
        let isBot = request.authorization == "Bot \(token)"
        let now = clocks.limits()
        let bucket = Bucket.of(route)
        let verdict = withState { state in
            state.limiter.admit(
                bucket, caller: isBot ? "bot" : "address", major: route.major.flatMap { parameters[$0] } ?? "", at: now)
        }
        switch verdict {
        case .globallyLimited(let wait)?:
            return .limited(after: wait, standing: nil, calendar: clocks.calendar())
        case .limited(let standing, let wait)?:
            return .limited(after: wait, standing: standing, calendar: clocks.calendar())
        case .admitted(let standing)?:
            var answer = authorizedAnswer(to: route, parameters, request, isBot: isBot)
            if (200..<300).contains(answer.status) { answer.add(standing, calendar: clocks.calendar()) }
            return answer
        case nil:
            return authorizedAnswer(to: route, parameters, request, isBot: isBot)
        }
    }

    private func authorizedAnswer(
        to route: Route, _ parameters: [String: String], _ request: RESTRequest, isBot: Bool
    ) -> RESTAnswer {
        do throws(RESTFailure) {
            if route == .gatewayBot {
                try Self.checkShape(of: request.authorization)
                return gatewayAnswer()
            }
            guard isBot else { throw RESTFailure.unauthorized }
            guard let body = request.body else { throw RESTFailure.bodyTooLarge }
            let call = RESTCall(parameters: parameters, query: request.query, body: body, now: clocks.calendar())
            return try withState { state throws(RESTFailure) in
                try call.answer(to: route, in: &state.world)
            }
        } catch {
            return RESTAnswer(error)
        }
    }

    /// This route looks only at the shape: digits, a full stop, a rest (rest.md 1.3).
    private static func checkShape(of authorization: String?) throws(RESTFailure) {
        guard let authorization else { throw .missingAuthorization }
        let digits = authorization.dropFirst(4).prefix { $0.isASCII && $0.isNumber }
        guard authorization.hasPrefix("Bot "), !digits.isEmpty,
            authorization.dropFirst(4 + digits.count).first == ".", authorization.count > 5 + digits.count
        else { throw .invalidAuthToken }
    }

    private func gatewayAnswer() -> RESTAnswer {
        let url = withState { $0.address?.gatewayURL ?? "" }
        return .json { writer in
            writer.object { writer in
                writer.field("url", url)
                writer.field("shards", 1)
                writer.key("session_start_limit")
                writer.object { writer in
                    writer.field("total", 1_000)
                    writer.field("remaining", 999)
                    writer.field("reset_after", 14_400_000)
                    writer.field("max_concurrency", 1)
                }
            }
        }
    }

    /// The discovery document, as far as a bot reads it (rest.md 1.2).
    private func discovery() -> RESTAnswer {
        guard let address = withState({ $0.address }) else { return RESTAnswer(.notFound) }
        return .json { writer in
            writer.object { writer in
                writer.field("api_code_version", 1)
                writer.key("endpoints")
                writer.object { writer in
                    for name in ["api", "api_client", "api_public", "media", "static_cdn", "webapp"] {
                        writer.key(name)
                        writer.string(address.baseURL)
                    }
                    writer.field("gateway", address.gatewayURL)
                }
                writer.key("features")
                writer.object { writer in
                    writer.field("voice_enabled", false)
                    writer.field("self_hosted", true)
                    writer.field("presigned_attachment_uploads", false)
                }
            }
        }
    }
}

extension Bucket {
    /// The bucket of a route with the platform's allowance (rest.md 5.4).
    static func of(_ route: Route) -> Bucket {
        switch route {
        case .addReaction, .removeOwnReaction, .removeReaction, .clearReaction, .clearReactions:
            Bucket("reactions", 30)
        case .getMessages, .getMessage, .getChannel: Bucket(route.name, 100)
        case .createMessage, .editMessage, .deleteMessage, .triggerTyping: Bucket(route.name, 20)
        case .gatewayBot: Bucket(route.name, 60, per: .seconds(60))
        default: Bucket(route.name, 40)
        }
    }
}

extension RESTAnswer {
    mutating func add(_ standing: RateLimiter.Standing, calendar: Int64) {
        add("X-RateLimit-Limit", String(standing.limit))
        add("X-RateLimit-Remaining", String(standing.remaining))
        let reset = calendar &+ standing.resetAfter.wholeMilliseconds &+ 999
        add("X-RateLimit-Reset", String(reset / 1_000))
        add("X-RateLimit-Reset-After", DecimalText.thousandths(standing.resetAfter))
        add("X-RateLimit-Bucket", standing.bucket)
    }

    /// A 429 with the headers of rest.md 5.2; without a standing it is the global one.
    static func limited(after wait: Duration, standing: RateLimiter.Standing?, calendar: Int64) -> RESTAnswer {
        var answer = RESTAnswer.json { writer in
            writer.object { writer in
                writer.field("code", "RATE_LIMITED")
                writer.field("message", "You are being rate limited.")
                writer.field("global", standing == nil)
                writer.field("retry_after", max(0.001, (wait.inSeconds * 1_000).rounded(.up) / 1_000))
            }
        }
        answer.status = 429
        answer.add("Retry-After", String(max(1, Int(wait.inSeconds.rounded(.up)))))
        answer.add("X-RateLimit-Scope", standing == nil ? "global" : "user")
        if let standing {
            answer.add(standing, calendar: calendar)
        } else {
            answer.add("X-RateLimit-Global", "true")
        }
        return answer
    }
}

/// Numbers as headers have them.
enum DecimalText {
    /// Seconds with three digits after the point.
    static func thousandths(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMilliseconds)
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
