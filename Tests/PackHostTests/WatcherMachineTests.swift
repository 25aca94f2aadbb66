import Testing

@testable import PackHost

@Suite("which saves are taken up, and when")
struct WatcherMachineTests {
    private func stamp(_ size: Int64, inode: UInt64 = 1) -> FileStamp {
        FileStamp(size: size, modified: size, inode: inode)
    }

    /// A machine that settles after 80 ms and watches `a.lua` and `b.lua` as they were at 0.
    private func machine() -> WatchMachine {
        var machine = WatchMachine(settle: .milliseconds(80))
        machine.watch(["a.lua": stamp(1), "b.lua": stamp(1)], at: .zero)
        return machine
    }

    @Test("files that stay as they are are never reported")
    func quiet() {
        var machine = machine()
        for time in 1...100 {
            #expect(machine.observe(["a.lua": stamp(1), "b.lua": stamp(1)], at: .milliseconds(50 * time)) == [])
        }
    }

    @Test("a save is reported once, when it has come to rest")
    func save() {
        var machine = machine()
        #expect(machine.observe(["a.lua": stamp(2)], at: .milliseconds(50)) == [])
        #expect(machine.observe(["a.lua": stamp(2)], at: .milliseconds(100)) == [])
        #expect(machine.observe(["a.lua": stamp(2)], at: .milliseconds(150)) == ["a.lua"])
        #expect(machine.observe(["a.lua": stamp(2)], at: .milliseconds(200)) == [])
    }

    @Test("a file that is still being written is waited for")
    func stillWriting() {
        var machine = machine()
        for time in 1...5 {
            #expect(machine.observe(["a.lua": stamp(1 + Int64(time))], at: .milliseconds(50 * time)) == [])
        }
        #expect(machine.observe(["a.lua": stamp(6)], at: .milliseconds(330)) == ["a.lua"])
    }

    @Test("several files saved together are one report")
    func together() {
        var machine = machine()
        #expect(machine.observe(["a.lua": stamp(2)], at: .milliseconds(50)) == [])
        #expect(machine.observe(["b.lua": stamp(2)], at: .milliseconds(100)) == [])
        #expect(machine.observe([:], at: .milliseconds(150)) == [])
        #expect(machine.observe([:], at: .milliseconds(180)) == ["a.lua", "b.lua"])
    }

    @Test("one file that never rests does not hold up the others for ever")
    func restless() {
        var machine = machine()
        var reported: [(Int, [String])] = []
        for time in 1...40 {
            let paths = machine.observe(
                ["a.lua": stamp(2), "b.lua": stamp(1 + Int64(time))], at: .milliseconds(50 * time))
            if !paths.isEmpty { reported.append((50 * time, paths)) }
        }
        #expect(reported.count == 1)
        #expect(reported.first?.0 == 850)
        #expect(reported.first?.1 == ["a.lua"])
    }

    @Test("a save by rename is seen though size and time are the same")
    func rename() {
        var machine = machine()
        _ = machine.observe(["a.lua": stamp(1, inode: 2)], at: .milliseconds(50))
        #expect(machine.observe(["a.lua": stamp(1, inode: 2)], at: .milliseconds(130)) == ["a.lua"])
    }

    @Test("a file that is away for a moment and comes back the same was not saved")
    func blink() {
        var machine = machine()
        #expect(machine.observe(["a.lua": nil], at: .milliseconds(50)) == [])
        #expect(machine.observe(["a.lua": stamp(1)], at: .milliseconds(100)) == [])
        #expect(machine.observe(["a.lua": stamp(1)], at: .milliseconds(500)) == [])
    }

    @Test("a file that vanishes is reported, and again when it is back")
    func vanish() {
        var machine = machine()
        _ = machine.observe(["a.lua": nil], at: .milliseconds(50))
        #expect(machine.observe(["a.lua": nil], at: .milliseconds(150)) == ["a.lua"])
        #expect(machine.observe(["a.lua": nil], at: .milliseconds(900)) == [])
        _ = machine.observe(["a.lua": stamp(1, inode: 9)], at: .milliseconds(1000))
        #expect(machine.observe(["a.lua": stamp(1, inode: 9)], at: .milliseconds(1080)) == ["a.lua"])
    }

    @Test("a file that is not there yet is reported when it comes")
    func appears() {
        var machine = WatchMachine(settle: .milliseconds(80))
        machine.watch(["later.lua": nil], at: .zero)
        #expect(machine.observe(["later.lua": nil], at: .milliseconds(50)) == [])
        #expect(machine.observe(["later.lua": stamp(3)], at: .milliseconds(100)) == [])
        #expect(machine.observe(["later.lua": stamp(3)], at: .milliseconds(200)) == ["later.lua"])
    }

    @Test("a save that came while the file was being loaded is not lost")
    func saveDuringLoad() {
        var machine = machine()
        _ = machine.observe(["a.lua": stamp(2)], at: .milliseconds(50))
        #expect(machine.observe(["a.lua": stamp(2)], at: .milliseconds(130)) == ["a.lua"])
        // The loader noted the size 2 before it read; by the time it says so, the file has size 3.
        _ = machine.observe(["a.lua": stamp(3)], at: .milliseconds(180))
        machine.watch(["a.lua": stamp(2)], at: .milliseconds(200))
        #expect(machine.observe(["a.lua": stamp(3)], at: .milliseconds(260)) == ["a.lua"])
    }

    @Test("a load newer than the last look is not reported")
    func loadedSinceTheLastLook() {
        var machine = machine()
        machine.watch(["a.lua": stamp(2)], at: .milliseconds(60))
        #expect(machine.observe(["a.lua": stamp(2)], at: .milliseconds(400)) == [])
    }

    @Test("files that are watched no more are not reported")
    func dropped() {
        var machine = machine()
        _ = machine.observe(["b.lua": stamp(2)], at: .milliseconds(50))
        machine.watch(["a.lua": stamp(1)], at: .milliseconds(60))
        #expect(machine.observe(["a.lua": stamp(1), "b.lua": stamp(2)], at: .milliseconds(400)) == [])
        #expect(Array(machine.paths) == ["a.lua"])
    }
}
