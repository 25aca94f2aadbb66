/// The chance behind jitter and heartbeat phases: small, copied with the machine that owns it, repeatable from its seed.
///
/// SplitMix64. Not for secrets; the WebSocket handshake and masks use the system's generator.
public struct GatewayRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The same seed gives the same numbers.
    public init(seed: UInt64) { state = seed }

    /// A generator nobody can foresee.
    public init() {
        var system = SystemRandomNumberGenerator()
        state = system.next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number between two bounds, both milliseconds or both shares.
    mutating func within(_ range: ClosedRange<Double>) -> Double {
        Double.random(in: range, using: &self)
    }
}
