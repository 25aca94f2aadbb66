import FluxerModel
import JSON

extension FuzzTarget {
    /// Gateway frames and each event's payload.
    static let frames = FuzzTarget(
        name: "frames", summary: "gateway frames, and the payload of each event the model knows",
        body: { bytes in
            let text = Array(bytes)
            do throws(JSONError) {
                let frame = try GatewayFrame.read(text)
                if let range = frame.dataRange {
                    require(range.clamped(to: 0..<text.count) == range, "d stands inside the frame")
                }
                decode(frame.event ?? "", text, frame.dataRange)
            } catch {
                require((0...text.count).contains(error.offset), "\(error) has a place")
            }
            // Payloads without a frame: the first byte names the event.
            guard let first = bytes.first else { return }
            decode(names[Int(first) % names.count], Array(bytes.dropFirst()), nil)
        })

    private static let names = GatewayEvent.knownNames.sorted()
}

private func decode(_ name: String, _ text: [UInt8], _ range: Range<Int>?) {
    do throws(JSONError) {
        switch try GatewayEvent.decode(name: name, data: text, range: range) {
        case .messageCreate(let message), .messageUpdate(let message): again(message)
        case .channelCreate(let channel), .channelUpdate(let channel), .channelDelete(let channel): again(channel)
        case .guildUpdate(let guild): again(guild)
        case .memberAdd(_, let member), .memberUpdate(_, let member): again(member)
        case .roleCreate(_, let role), .roleUpdate(_, let role): again(role)
        case .userUpdate(let user): again(user)
        default: break
        }
    } catch {
        require((0...text.count).contains(error.offset), "\(error) has a place")
    }
}

/// What the model wrote, it reads as the same value.
private func again<Entity: WireReadable & WireWritable & Equatable>(_ entity: Entity) {
    let written = entity.json()
    let read = must("what is written is read: \(String(decoding: written, as: UTF8.self))") {
        try Entity(json: written)
    }
    require(read == entity, "a round trip changes nothing: \(String(decoding: written, as: UTF8.self))")
}
