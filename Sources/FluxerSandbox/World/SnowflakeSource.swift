import FluxerModel

/// Makes ids that grow strictly, whatever the clock does.
struct SnowflakeSource: Sendable {
    private var last: UInt64 = 0

    /// An id of this moment, or the one after the last where the moment's are used up or lie behind.
    mutating func next(at milliseconds: Int64) -> UInt64 {
        last = max(Snowflake.cursor(at: Timestamp(milliseconds: milliseconds)), last &+ 1)
        return last
    }
}
