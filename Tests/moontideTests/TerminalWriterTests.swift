import Foundation
import Testing

@testable import moontide

@Suite("the terminal's writer", .timeLimit(.minutes(1)))
struct TerminalWriterTests {
    @Test("nobody waits for an end that takes nothing; what was too much is counted, the rest comes out whole")
    func stuck() throws {
        let pipe = Pipe()
        let writer = TerminalWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let line = [UInt8](repeating: 97, count: 1_023) + [10]
        // Some three mebibytes; the pipe takes 64 KiB, and nobody reads yet.
        for _ in 0..<3_000 { writer.write(line) }
        var text = ""
        while !text.contains("lines were dropped") {
            text += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        }
        let lines = text.split(separator: "\n")
        let count = try #require(lines.last?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect(lines.dropLast().allSatisfy { $0.utf8.elementsEqual(line.dropLast()) })
        #expect(lines.count - 1 + count == 3_000)
        #expect(count > 500)
        writer.flush()
    }

    @Test("lines come out in the order in which they were written, also through somebody who takes them over")
    func order() throws {
        let pipe = Pipe()
        let writer = TerminalWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        for number in 0..<100 { writer.write(Array("\(number)\n".utf8)) }
        writer.flush()
        let other = Pipe()
        writer.redirect { other.fileHandleForWriting.write(Data($0)) }
        for number in 100..<200 { writer.write(Array("\(number)\n".utf8)) }
        writer.flush()
        func numbers(_ pipe: Pipe) throws -> [Int] {
            try pipe.fileHandleForWriting.close()
            let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            return text.split(separator: "\n").compactMap { Int($0) }
        }
        #expect(try numbers(pipe) == Array(0..<100))
        #expect(try numbers(other) == Array(100..<200))
    }
}
