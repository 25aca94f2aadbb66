import Foundation
import LuaRuntime
import Testing

@testable import PackHost

@Suite("files of packs", .timeLimit(.minutes(1)))
struct PackFilesTests {
    @Test("a file of the pack is read, byte for byte")
    func read() throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("", to: "init.lua")
        try folder.write("a\nb\u{0}c", to: "lists/words.txt")
        let source = try PackSource(path: folder.path)
        #expect(try source.bytes(of: "lists/words.txt", secrets: []) == Array("a\nb\u{0}c".utf8))
    }

    @Test(
        "no name leads out of the pack's folder",
        arguments: [
            "", "/etc/passwd", "../secret.txt", "lists/../../secret.txt", "./init.lua", "lists//words.txt", "a\u{0}b",
            "..\\secret.txt", "link.txt", "folder/secret.txt", "lists", "none.txt",
        ])
    func escapes(_ name: String) throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("", to: "pack/init.lua")
        try folder.write("", to: "pack/lists/words.txt")
        try folder.write("secret", to: "secret.txt")
        let pack = folder.path + "/pack"
        try FileManager.default.createSymbolicLink(
            atPath: pack + "/link.txt", withDestinationPath: folder.path + "/secret.txt")
        try FileManager.default.createSymbolicLink(atPath: pack + "/folder", withDestinationPath: folder.path)
        let source = try PackSource(path: pack)
        let error = #expect(throws: LuaError.self) { try source.bytes(of: name, secrets: []) }
        #expect(error?.name == "FileError")
    }

    @Test("the token's file is not read, under no name")
    func secret() throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("", to: "init.lua")
        try folder.write("1.token", to: "token.txt")
        try FileManager.default.linkItem(atPath: folder.path + "/token.txt", toPath: folder.path + "/copy.txt")
        let source = try PackSource(path: folder.path)
        for name in ["token.txt", "copy.txt"] {
            let error = #expect(throws: LuaError.self) {
                try source.bytes(of: name, secrets: [folder.path + "/token.txt"])
            }
            #expect(error?.message.contains("holds the bot's token") == true)
        }
    }

    @Test("a confined pack's modules are no links that leave its folder; a confined file stands alone")
    func confined() throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("", to: "pack/init.lua")
        try folder.write("return 1", to: "other.lua")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/pack/link.lua", withDestinationPath: folder.path + "/other.lua")
        let source = try PackSource(path: folder.path + "/pack", name: "pack", entry: nil, isConfined: true)
        #expect(throws: PackError.self) { try source.read("link.lua") }
        #expect(try source.read("init.lua") == "")
        let alone = try PackSource(path: folder.path + "/other.lua", name: "other", entry: nil, isConfined: true)
        #expect(alone.candidates(for: "pack")?.isEmpty == true)
        #expect(throws: LuaError.self) { try alone.bytes(of: "other.lua", secrets: []) }
    }

    @Test("what was written is read, listed in order, replaced and removed")
    func data() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let data = DataFolder(folder.path + "/data/quotes")
        #expect(try await data.list() == [])
        #expect(try await data.read("a.json") == nil)
        try await data.write("b/c.json", Array("1".utf8))
        try await data.write("a.json", Array("2".utf8))
        try await data.write("a.json", Array("3".utf8))
        #expect(try await data.list() == ["a.json", "b/c.json"])
        #expect(try await data.read("a.json") == Array("3".utf8))
        #expect(try await data.remove("a.json"))
        #expect(try await data.remove("a.json") == false)
        #expect(try await data.list() == ["b/c.json"])
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/data/quotes")
        #expect(left.sorted() == ["b", "b/c.json"])
    }

    @Test(
        "a name of the data folder is plain",
        arguments: ["", ".", "..", "../x", "/x", "a/../b", ".hidden", "a b", "a\u{0}", "a/b/c/d/e", "ä", "a//b", "a/"])
    func names(_ name: String) async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let data = DataFolder(folder.path)
        await #expect(throws: LuaError.self) { try await data.write(name, [1]) }
        await #expect(throws: LuaError.self) { _ = try await data.read(name) }
        await #expect(throws: LuaError.self) { _ = try await data.remove(name) }
    }

    @Test("a link in the data folder is not followed, and a file has at most 4 MiB")
    func bounds() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        try folder.write("old", to: "outside.txt")
        try folder.write("", to: "data/x")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/data/link.txt", withDestinationPath: folder.path + "/outside.txt")
        let data = DataFolder(folder.path + "/data")
        await #expect(throws: LuaError.self) { try await data.write("link.txt", [1]) }
        await #expect(throws: LuaError.self) { _ = try await data.read("link.txt") }
        #expect(try String(contentsOfFile: folder.path + "/outside.txt", encoding: .utf8) == "old")
        let error = await #expect(throws: LuaError.self) {
            try await data.write("big", [UInt8](repeating: 0, count: DataFolder.fileLimit + 1))
        }
        #expect(error?.message.contains("larger than 4 MiB") == true)
    }
}
