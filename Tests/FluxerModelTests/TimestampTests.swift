import FluxerModel
import Foundation
import Testing

@Suite("timestamps")
struct TimestampTests {
    @Test(
        "ISO 8601 is read with and without fraction, with any offset",
        arguments: [
            ("2026-08-31T09:14:02.000Z", Int64(1_788_167_642_000)),
            ("2026-08-31T09:14:02Z", 1_788_167_642_000),
            ("2026-08-31T09:14:02.5Z", 1_788_167_642_500),
            ("2026-08-31T09:14:02.123456Z", 1_788_167_642_123),
            ("2026-08-31T11:14:02.000+02:00", 1_788_167_642_000),
            ("2026-08-31T11:14:02+0200", 1_788_167_642_000),
            ("2026-08-31 09:14:02", 1_788_167_642_000),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
        ])
    func reading(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no moment reads as none",
        arguments: [
            "", "now", "2026-08-31", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-08-31T24:00:00Z",
            "2026-08-31T09:14:02.Z", "2026-08-31T09:14:02Zx", "2026-08-31T09:14:02+9:00", "20260831T091402Z",
            "+026-08-31T09:14:02Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("printing and reading are inverse, and agree with Foundation")
    func roundTrip() throws {
        var generator = SystemRandomNumberGenerator()
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<2000 {
            let value = Int64.random(in: -60_000_000_000_000...250_000_000_000_000, using: &generator)
            let time = Timestamp(milliseconds: value)
            #expect(Timestamp(time.description) == time)
            let date = Date(timeIntervalSince1970: Double(value) / 1000)
            if value > 0 { #expect(date.formatted(style).prefix(19) == time.description.prefix(19)) }
        }
        #expect(Timestamp(milliseconds: 1_788_167_642_007).description == "2026-08-31T09:14:02.007Z")
        #expect(Timestamp(milliseconds: .max).description.isEmpty == false)
        #expect(Timestamp(milliseconds: .min).description.isEmpty == false)
    }
}
