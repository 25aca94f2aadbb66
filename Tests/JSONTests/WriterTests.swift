import JSON
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(reserving: 0)
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("commas and colons are its own business")
    func structure() {
        let text = written {
            $0.object {
                $0.field("id", "1")
                $0.field("n", 1)
                $0.field("ratio", 0.5)
                $0.field("ok", true)
                $0.fieldIfPresent("absent", nil as String?)
                $0.fieldIfPresent("present", 2 as Int?)
                $0.key("list")
                $0.array {
                    $0.null()
                    $0.object { _ in }
                    $0.array { _ in }
                    $0.raw("[1, 2]".utf8)
                    $0.object { $0.field("a", JSONValue.null) }
                }
                $0.key("é" as String)
                $0.bool(false)
            }
        }
        #expect(
            text
                == #"{"id":"1","n":1,"ratio":0.5,"ok":true,"present":2,"list":[null,{},[],[1, 2],{"a":null}],"é":false}"#
        )
    }

    @Test("quotes, backslashes and control characters are escaped, nothing else")
    func escapes() {
        #expect(
            written { $0.string("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é\u{2028}😀") }
                == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é\u{2028}😀\"")
        #expect(written { $0.string("") } == "\"\"")
        #expect(written { $0.string("exactly8exactly8\"") } == "\"exactly8exactly8\\\"\"")
    }

    @Test("invalid UTF-8 becomes U+FFFD")
    func invalidUTF8() {
        #expect(
            written { writer in ([0x61, 0xFF, 0x62] as [UInt8]).withUnsafeBytes { writer.string(bytes: $0) } }
                == "\"a\u{FFFD}b\"")
        #expect(written { writer in Array("ok é".utf8).withUnsafeBytes { writer.string(bytes: $0) } } == "\"ok é\"")
        #expect(written { $0.string(bytes: UnsafeRawBufferPointer(start: nil, count: 0)) } == "\"\"")
    }

    @Test("integers of every width are written whole")
    func integers() {
        #expect(written { $0.int(Int64.min) } == "-9223372036854775808")
        #expect(written { $0.int(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.int(Int8(-5)) } == "-5")
        #expect(written { $0.int(0) } == "0")
        #expect(written { $0.int(Int128.min) } == "-170141183460469231731687303715884105728")
    }

    @Test("doubles are the shortest that read back; what JSON lacks becomes null")
    func doubles() {
        #expect(written { $0.double(0.1) } == "0.1")
        #expect(written { $0.double(-0.0) } == "-0.0")
        #expect(written { $0.double(1e300) } == "1e+300")
        for value in [Double.nan, .infinity, -.infinity] { #expect(written { $0.double(value) } == "null") }
    }

    @Test("numbers keep their text")
    func numbers() throws {
        let value = try JSONValue(parsing: "[1.50,1E2,-0,123456789012345678901234567890]")
        #expect(String(decoding: value.serialize(), as: UTF8.self) == "[1.50,1E2,-0,123456789012345678901234567890]")
    }
}

@Suite("JSON tree")
struct JSONValueTests {
    @Test("members, elements and scalars are reached without a trap")
    func access() throws {
        let value = try JSONValue(parsing: #"{"a":[1,"x",true,null,2.5],"b":{"c":"d"},"b2":1,"b2":2}"#)
        #expect(value["a"]?[0]?.intValue == 1)
        #expect(value["a"]?[1]?.stringValue == "x")
        #expect(value["a"]?[2]?.boolValue == true)
        #expect(value["a"]?[3]?.isNull == true)
        #expect(value["a"]?[4]?.doubleValue == 2.5)
        #expect(value["a"]?[4]?.intValue == nil)
        #expect(value["a"]?[5] == nil && value["a"]?[-1] == nil && value["a"]?["x"] == nil && value[0] == nil)
        #expect(value["b"]?["c"]?.stringValue == "d")
        #expect(value["b2"]?.intValue == 2)
        #expect(value["a"]?.arrayValue?.count == 5 && value.objectValue?.count == 4)
    }

    @Test("literals keep the order of members")
    func literals() {
        let value: JSONValue = ["z": 1, "a": [true, nil, "x", 1.5], "m": [:]]
        #expect(String(decoding: value.serialize(), as: UTF8.self) == #"{"z":1,"a":[true,null,"x",1.5],"m":{}}"#)
    }
}
