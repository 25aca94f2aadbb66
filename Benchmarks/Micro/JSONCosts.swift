import FluxerModel
import Foundation
import JSON

/// Reading and writing of a MESSAGE_CREATE of 1.4 KB, ours and Foundation's.
enum JSONCosts {
    private static let count = 20_000

    static func run(_ table: Table) throws {
        let text = sample
        let bytes = Array(text.utf8), data = Data(text.utf8)
        let frame = Array(#"{"op":0,"s":7,"t":"MESSAGE_CREATE","d":\#(text)}"#.utf8)
        let message = try read(bytes), codable = try JSONDecoder().decode(PlainMessage.self, from: data)
        let object = try JSONSerialization.jsonObject(with: data)
        guard message.content == codable.content else { throw Mismatch() }
        var sink = 0

        table.row(
            "read into a Message (\(bytes.count) bytes)",
            try Bench.time(count) {
                for _ in 0..<count { sink &+= try read(bytes).content.utf8.count }
            }, goal: 3_500)
        table.row(
            "  the gateway's envelope alone, all of it checked",
            try Bench.time(count) {
                for _ in 0..<count { sink &+= try GatewayFrame.read(frame).op }
            })
        table.row(
            "  beside: JSONDecoder",
            try Bench.time(count / 4) {
                let decoder = JSONDecoder()
                for _ in 0..<(count / 4) {
                    sink &+= try decoder.decode(PlainMessage.self, from: data).content.utf8.count
                }
            }, goal: 31_700)
        table.row(
            "  beside: JSONSerialization",
            try Bench.time(count / 4) {
                for _ in 0..<(count / 4) {
                    if try JSONSerialization.jsonObject(with: data) is [String: Any] { sink &+= 1 }
                }
            }, goal: 26_400)
        table.row(
            "write a Message",
            Bench.time(count) { for _ in 0..<count { sink &+= message.json().count } })
        table.row(
            "  beside: JSONEncoder",
            try Bench.time(count / 4) {
                let encoder = JSONEncoder()
                for _ in 0..<(count / 4) { sink &+= try encoder.encode(codable).count }
            })
        table.row(
            "  beside: JSONSerialization",
            try Bench.time(count / 4) {
                for _ in 0..<(count / 4) { sink &+= try JSONSerialization.data(withJSONObject: object).count }
            })
        withExtendedLifetime(sink) {}
    }

    private static func read(_ bytes: [UInt8]) throws -> Message {
        try JSONReader.read(bytes) { (reader) throws(JSONError) in try Message(from: &reader) }
    }

    struct Mismatch: Error {}

    /// As the load generator sends it.
    private static let sample =
        #"{"id":"1430000000000000001","channel_id":"1411000000000000007","guild_id":"1410000000000000000","member":{"nick":"the lady","avatar":null,"banner":null,"accent_color":null,"roles":["1412000000000000003","1412000000000000005","1412000000000000008"],"joined_at":"2025-11-03T17:24:05.318Z","mute":false,"deaf":false,"communication_disabled_until":null,"flags":0},"author":{"id":"1401000000000000001","username":"ada","discriminator":"0001","global_name":"ada of the tide","avatar":"a_8342729096ea3675442027381ff50dfe","avatar_color":null,"flags":0,"public_flags":0},"type":0,"flags":0,"content":"nothing for a bot to answer","timestamp":"2026-11-25T09:41:00.250Z","edited_timestamp":null,"pinned":false,"mention_everyone":false,"tts":false,"mentions":[],"mention_roles":[],"embeds":[],"attachments":[{"id":"1420000000000000007","filename":"notes.txt","title":null,"description":"\#(String(repeating: "lorem ipsum dolor sit amet ", count: 8))","content_type":"text/plain","size":512,"url":"https://cdn.example/a/notes.txt","proxy_url":"https://cdn.example/p/notes.txt","flags":0}],"stickers":[],"components":[],"nonce":"1430000000000000999","channel_type":0}"#
}

/// The same fields by way of Codable.
struct PlainMessage: Codable {
    struct Account: Codable {
        var id: String
        var username: String
        var discriminator: String
        var global_name: String?
        var avatar: String?
        var avatar_color: Int?
        var flags: Int
    }
    struct Membership: Codable {
        var nick: String?
        var avatar: String?
        var banner: String?
        var accent_color: Int?
        var roles: [String]
        var joined_at: String
        var mute: Bool
        var deaf: Bool
        var communication_disabled_until: String?
    }
    struct Attached: Codable {
        var id: String
        var filename: String
        var title: String?
        var description: String?
        var content_type: String?
        var size: Int
        var url: String
        var proxy_url: String
        var flags: Int
    }
    var id: String
    var channel_id: String
    var guild_id: String?
    var member: Membership?
    var author: Account
    var type: Int
    var flags: Int
    var content: String
    var timestamp: String
    var edited_timestamp: String?
    var pinned: Bool
    var mention_everyone: Bool
    var tts: Bool
    var mentions: [Account]
    var mention_roles: [String]
    var attachments: [Attached]
    var nonce: String?
    var channel_type: Int?
}
