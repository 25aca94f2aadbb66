import Foundation
import Testing

@testable import PackHost

@Suite("one running program a data folder")
struct InstanceLockTests {
    @Test("the second is told which process and program the first is")
    func second() throws {
        let folder = try TemporaryFolder()
        let first = try InstanceLock(folder: folder.path, program: "moontide run bot.lua")
        let error = #expect(throws: InstanceLockError.self) {
            try InstanceLock(folder: folder.path, program: "moontide dev bot.lua")
        }
        #expect(error?.code == .taken)
        let pid = ProcessInfo.processInfo.processIdentifier
        #expect(error?.holder == pid)
        #expect(error?.program == "moontide run bot.lua")
        #expect(
            error.map(String.init(describing:)) == """
                process \(pid) (moontide run bot.lua) already runs on the data folder \(folder.path): \
                stop it (kill \(pid)), or use another folder
                """)
        withExtendedLifetime(first) {}
    }

    @Test("the folder is free again once the first has let go")
    func release() throws {
        let folder = try TemporaryFolder()
        for _ in 1...3 {
            let lock = try InstanceLock(folder: folder.path, program: "moontide")
            withExtendedLifetime(lock) {}
        }
    }

    @Test("a file left behind by a program that was killed locks nobody out")
    func leftBehind() throws {
        let folder = try TemporaryFolder()
        try folder.write("moontide.lock", "4711 moontide run old.lua\n")
        let lock = try InstanceLock(folder: folder.path, program: "moontide run\nnew.lua")
        let text = try String(contentsOfFile: folder.path + "/moontide.lock", encoding: .utf8)
        #expect(text == "\(ProcessInfo.processInfo.processIdentifier) moontide run\n")
        withExtendedLifetime(lock) {}
    }

    @Test("a missing folder is made, with those above it")
    func made() throws {
        let folder = try TemporaryFolder()
        let lock = try InstanceLock(folder: folder.path + "/a/b/.moontide", program: "moontide")
        #expect(FileManager.default.fileExists(atPath: folder.path + "/a/b/.moontide/moontide.lock"))
        withExtendedLifetime(lock) {}
    }

    @Test("a folder that cannot be used says why")
    func unusable() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "")
        let error = #expect(throws: InstanceLockError.self) {
            try InstanceLock(folder: file, program: "moontide")
        }
        #expect(error?.code == .unusable)
        #expect(error?.description == "the data folder \(file) cannot be used: it cannot be made: Not a directory")
    }
}
