import FluxerModel
import Testing

@Suite("ids")
struct IDTests {
    @Test(
        "strict decimal text within 64 bits is an id",
        arguments: [
            ("0", UInt64(0)), ("1", 1), ("1502000300000000009", 1_502_000_300_000_000_009),
            ("18446744073709551615", UInt64.max),
        ])
    func accepted(text: String, value: UInt64) {
        #expect(UserID(text) == UserID(value))
        #expect(UserID(value).description == text)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", " 1", "1 ", "+1", "-1", "01", "1.0", "1e3", "0x1", "١", "18446744073709551616", "99999999999999999999",
            "123456789012345678901",
        ])
    func refused(text: String) {
        #expect(UserID(text) == nil)
    }

    @Test("an id tells when it was made, and a moment tells its first id")
    func time() {
        #expect(UserID(0).createdAt.milliseconds == 1_420_070_400_000)
        let id = UserID(1_502_000_300_000_000_009)
        #expect(Snowflake.cursor(at: id.createdAt) <= id.rawValue)
        #expect(Snowflake.cursor(at: id.createdAt) >> 22 == id.rawValue >> 22)
        #expect(Snowflake.cursor(at: Timestamp(milliseconds: 0)) == 0)
        #expect(Snowflake.cursor(at: Timestamp(milliseconds: .max)) >> 22 == (1 << 42) - 1)
        #expect(Snowflake.cursor(at: Timestamp(milliseconds: .min)) == 0)
        #expect(UserID(.max).createdAt.milliseconds > 0)
    }
}
