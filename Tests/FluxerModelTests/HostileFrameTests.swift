import FluxerModel
import JSON
import Testing

/// Frames that are made to cost much. With a cost that grows by the square each of these would take minutes, not a second.
@Suite("hostile frames")
struct HostileFrameTests {
    static let count = 50_000

    @Test(
        "a frame of refused elements costs its length, not its length for each of them",
        arguments: [
            // Refused for what they lack, for their form, for a number that fits nowhere, and one inside the other.
            ("mentions", "{}"), ("embeds", #"{"fields":[{},{},{"name":1}]}"#), ("mention_roles", "1e99"),
            ("mention_roles", "1.5"), ("attachments", #"{"id":-1,"size":1e400}"#),
            ("reactions", #"{"emoji":{"id":{}},"count":99999999999999999999}"#), ("stickers", #"{"id":"x"}"#),
            ("message_snapshots", #"{"message":{"mentions":[{}]}}"#), ("unheard_of", "1.5"),
        ])
    func refusedElements(member: String, element: String) throws {
        let elements = Array(repeating: element, count: Self.count).joined(separator: ",")
        let text =
            #"{"op":0,"s":1,"t":"MESSAGE_CREATE","d":{"id":"5","channel_id":"6","author":{"id":"7"},""#
            + "\(member)\":[\(elements)],\"content\":\"whole\"}}"
        let bytes = Array(text.utf8)
        let start = ContinuousClock.now
        let frame = try GatewayFrame.read(bytes)
        let event = try GatewayEvent.decode(name: frame.event ?? "", data: bytes, range: frame.dataRange)
        guard case .messageCreate(let message) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(message.content == "whole")
        #expect(start.duration(to: .now) < .seconds(30))
    }

    @Test("a frame whose members are all of the wrong type, each on a line of its own, costs its length")
    func refusedMembers() throws {
        let members = Array(
            repeating: "\"flags\":1e99,\n\"type\":1.5,\n\"s\":[],\n\"member\":{\"joined_at\":{}}", count: Self.count)
        let text =
            #"{"id":"5","channel_id":"6","author":{"id":"7"},"# + members.joined(separator: ",\n") + "}"
        let start = ContinuousClock.now
        let event = try GatewayEvent.decode(name: "MESSAGE_UPDATE", data: Array(text.utf8))
        guard case .messageUpdate(let message) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(message.id == MessageID(5))
        #expect(start.duration(to: .now) < .seconds(30))
    }

    @Test("messages nested as deep as the reader allows are read or refused once, not once for each level above")
    func nested() throws {
        // Each level lacks its author, so each is refused by the level above it.
        for depth in [100, 190] {
            let text =
                String(
                    repeating: #"{"id":"5","channel_id":"6","mentions":[{},{},{}],"referenced_message":"#, count: depth)
                + "null" + String(repeating: "}", count: depth)
            let start = ContinuousClock.now
            for _ in 0..<5 {
                #expect(throws: JSONError.self) {
                    try GatewayEvent.decode(name: "MESSAGE_CREATE", data: Array(text.utf8))
                }
            }
            #expect(start.duration(to: .now) < .seconds(30))
        }
    }

    @Test("what is refused inside a list is left out, the rest stays, and broken JSON is still an error with its place")
    func places() throws {
        let text = #"{"id":"5","channel_id":"6","author":{"id":"7"},"mentions":[{"id":"1"},{},{"id":"2"}]}"#
        guard case .messageCreate(let message) = try GatewayEvent.decode(name: "MESSAGE_CREATE", data: Array(text.utf8))
        else { return }
        #expect(message.mentions.map(\.id) == [UserID(1), UserID(2)])
        let broken = "{\"id\":\"5\",\n\"mentions\":[{},{\"id\":tru}]}"
        let error = #expect(throws: JSONError.self) {
            try GatewayEvent.decode(name: "MESSAGE_CREATE", data: Array(broken.utf8))
        }
        #expect(error?.line == 2)
        #expect(error.map { $0.column > 10 } == true)
    }
}
