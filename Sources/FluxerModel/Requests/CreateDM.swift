import JSON

/// Opens the direct channel with a user. Opening it again answers the same channel.
public struct CreateDM: Sendable, Hashable {
    public var recipientID: UserID

    public init(recipientID: UserID) { self.recipientID = recipientID }
}

extension CreateDM: WireReadable, WireWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        var recipient: UserID?
        try reader.readObject { (key, reader) throws(JSONError) in
            if key == "recipient_id" { recipient = try reader.id() } else { try reader.skipValue() }
        }
        recipientID = try reader.require(recipient, "recipient_id")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("recipient_id", recipientID)
        writer.endObject()
    }
}
