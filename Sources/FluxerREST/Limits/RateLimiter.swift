/// Decides when requests may leave. Told what happened and what time it is, it answers which requests start now and when
/// it wants to be asked again; it owns no timer, task or socket.
///
/// Limits are learnt: a key (route template and major id) is free until an answer tells otherwise, and the limiter of all
/// requests together works only once the instance has shown that it limits.
public struct RateLimiter: Sendable {
    /// A request, by the number its owner gave it.
    public typealias Ticket = UInt64

    /// What has an allowance of its own. Two keys never share one, whatever the server's bucket name.
    public struct Key: Hashable, Sendable {
        /// `POST /channels/{channel_id}/messages`.
        public let route: String
        /// The channel, guild, webhook or invite; nil where the caller alone counts.
        public let major: String?

        public init(route: String, major: String?) {
            self.route = route
            self.major = major
        }
    }

    public struct Settings: Sendable, Hashable {
        /// Requests in flight and requests a second, once the instance limits; nil switches it off.
        public var global: Int?
        /// Requests in flight before the first answer.
        public var unanswered: Int

        public init(global: Int? = 48, unanswered: Int = 40) {
            self.global = global.map { max(1, $0) }
            self.unanswered = max(1, unanswered)
        }
    }

    /// What its owner does now.
    public struct Actions: Sendable, Hashable {
        /// Requests that leave, in this order.
        public var start: [Ticket] = []
        /// When `timePassed` is to be called if nothing happens before.
        public var wakeAt: Int64?

        public init(start: [Ticket] = [], wakeAt: Int64? = nil) {
            self.start = start
            self.wakeAt = wakeAt
        }
    }

    private enum Due: Sendable {
        case key(Key)
        case ticket(Ticket)
    }

    enum Place: Sendable { case waiting, delayed, flying }

    private let settings: Settings
    private var tickets: [Ticket: (key: Key, place: Place)] = [:]
    private var buckets: [Key: RateBucket] = [:]
    /// Keys whose first request may be able to leave. They take turns.
    private var listed = FIFO<Key>()
    private var due = TimeQueue<Due>()
    private var inFlight = 0
    private var hasAnswer = false
    private var isLimiting = false
    private var pausedUntil: Int64 = .min
    /// Requests that fit at `counted` under the limit of all together.
    private var room: Double
    private var counted: Int64 = .min
    private var untilSweep = 256

    public init(_ settings: Settings = Settings()) {
        self.settings = settings
        room = Double(settings.global ?? 0)
    }

    /// A request wants to leave, behind those of its key that wait.
    public mutating func submit(_ ticket: Ticket, key: Key, at now: Int64) -> Actions {
        tickets[ticket] = (key, .waiting)
        buckets[key, default: RateBucket()].append(ticket, isRepeat: false)
        list(key)
        return advance(now)
    }

    /// A request in flight has its answer, or failed without one (nil).
    public mutating func finished(_ ticket: Ticket, answer: RateLimitAnswer?, at now: Int64) -> Actions {
        land(ticket, answer, now)
        tickets[ticket] = nil
        sweep(now)
        return advance(now)
    }

    /// A request in flight is to be repeated, before the others of its key: when its limit allows, and not before a moment.
    public mutating func again(
        _ ticket: Ticket, answer: RateLimitAnswer?, notBefore moment: Int64? = nil, at now: Int64
    ) -> Actions {
        guard let key = tickets[ticket]?.key else { return advance(now) }
        land(ticket, answer, now)
        if let moment, moment > now {
            tickets[ticket] = (key, .delayed)
            due.add(.ticket(ticket), at: moment)
        } else {
            enqueueFirst(ticket, key)
        }
        return advance(now)
    }

    /// A request that has not left is no longer wanted.
    public mutating func withdraw(_ ticket: Ticket, at now: Int64) -> Actions {
        if let place = tickets[ticket]?.place, place != .flying { tickets[ticket] = nil }
        return advance(now)
    }

    /// The moment of `wakeAt` has come.
    public mutating func timePassed(at now: Int64) -> Actions { advance(now) }

    /// Where a request is; nil where it never came, or is done with.
    func place(of ticket: Ticket) -> Place? { tickets[ticket]?.place }
    /// Keys that are remembered.
    var keyCount: Int { buckets.count }
}

extension RateLimiter {
    private mutating func list(_ key: Key) {
        guard buckets[key]?.isListed == false else { return }
        buckets[key]?.isListed = true
        listed.append(key)
    }

    private mutating func enqueueFirst(_ ticket: Ticket, _ key: Key) {
        tickets[ticket] = (key, .waiting)
        buckets[key, default: RateBucket()].append(ticket, isRepeat: true)
        list(key)
    }

    private mutating func land(_ ticket: Ticket, _ answer: RateLimitAnswer?, _ now: Int64) {
        guard let (key, place) = tickets[ticket], place == .flying else { return }
        inFlight -= 1
        buckets[key]?.inFlight -= 1
        list(key)
        guard let answer else { return }
        hasAnswer = true
        if answer.showsLimits { isLimiting = true }
        buckets[key]?.learn(answer, at: now)
        if case .global(let retryAfter) = answer.denial {
            pausedUntil = max(pausedUntil, now + retryAfter)
            // The server's allowance is used up, whatever was counted here.
            room = 1
            counted = pausedUntil
        }
    }

    private mutating func advance(_ now: Int64) -> Actions {
        while let item = due.pop(dueAt: now) {
            switch item {
            case .key(let key):
                buckets[key]?.wakesAt = nil
                list(key)
            case .ticket(let ticket):
                if let (key, place) = tickets[ticket], place == .delayed { enqueueFirst(ticket, key) }
            }
        }
        var actions = Actions()
        var gate: Int64?
        while let key = listed.first {
            dropWithdrawn(key)
            guard let ticket = buckets[key]?.first, let turn = buckets[key]?.turn(at: now) else {
                unlist(key)
                continue
            }
            switch turn {
            case .at(let moment):
                unlist(key)
                wake(key, at: moment)
                continue
            case .afterAnswer:
                unlist(key)
                continue
            case .now:
                break
            }
            switch globalTurn(now) {
            case .at(let moment): gate = moment
            case .afterAnswer: break
            case .now:
                start(ticket, key, now)
                actions.start.append(ticket)
                continue
            }
            break
        }
        actions.wakeAt = [due.next, gate].compactMap { $0 }.min()
        return actions
    }

    /// Takes the first of a key off its queue; the key goes behind the others.
    private mutating func start(_ ticket: Ticket, _ key: Key, _ now: Int64) {
        buckets[key]?.popFirst()
        buckets[key]?.started(at: now)
        tickets[ticket] = (key, .flying)
        inFlight += 1
        room = max(0, globalRoom(now) - 1)
        counted = max(counted, now)
        listed.popFirst()
        listed.append(key)
    }

    private mutating func unlist(_ key: Key) {
        listed.popFirst()
        buckets[key]?.isListed = false
    }

    /// One entry a key is enough: an earlier one looks again and finds the later moment.
    private mutating func wake(_ key: Key, at moment: Int64) {
        if let known = buckets[key]?.wakesAt, known <= moment { return }
        buckets[key]?.wakesAt = moment
        due.add(.key(key), at: moment)
    }

    private mutating func dropWithdrawn(_ key: Key) {
        while let ticket = buckets[key]?.first {
            if let (owner, place) = tickets[ticket], owner == key, place == .waiting { return }
            buckets[key]?.popFirst()
        }
    }

    private func globalTurn(_ now: Int64) -> RateBucket.Turn {
        if pausedUntil > now { return .at(pausedUntil) }
        if !hasAnswer, inFlight >= settings.unanswered { return .afterAnswer }
        guard isLimiting, let global = settings.global else { return .now }
        if inFlight >= global { return .afterAnswer }
        let room = globalRoom(now)
        if room >= 1 { return .now }
        return .at(now + max(1, Int64(((1 - room) * 1000 / Double(global)).rounded(.up))))
    }

    private func globalRoom(_ now: Int64) -> Double {
        guard let global = settings.global else { return 0 }
        guard now > counted else { return room }
        // `counted` is the least number before the first request, when all the room is there anyway.
        let (passed, overflow) = now.subtractingReportingOverflow(counted)
        if overflow { return Double(global) }
        return min(room + Double(passed) * Double(global) / 1000, Double(global))
    }

    /// Forgets keys that have nothing to tell, now and then.
    private mutating func sweep(_ now: Int64) {
        untilSweep -= 1
        guard untilSweep <= 0 else { return }
        buckets = buckets.filter { $0.value.isListed || !$0.value.isIdle(at: now) }
        untilSweep = max(256, buckets.count)
    }
}
