#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

// moontide-fuzz TARGET [options of libFuzzer] [folders or files]: tries inputs on one target, without end or until it
// finds one that traps, takes too long, or makes a check of the target fail. Built and run by `make fuzz`.

/// What libFuzzer calls for each input.
private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>, _ callback: Callback
) -> Int32

/// The package manager gives an executable's `main` this name; libFuzzer has a `main` of its own, which is not used.
@_cdecl("moontide_fuzz_main")
public func start(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    guard count > 1, let word = arguments[1],
        let target = FuzzTarget.all.first(where: { $0.name == String(cString: word) })
    else {
        print("use: moontide-fuzz TARGET [options of libFuzzer]; targets:")
        for target in FuzzTarget.all { print("  \(target.name)  \(target.summary)") }
        return 2
    }
    FuzzTarget.chosen = target
    // libFuzzer reads the program's name and then its options.
    arguments[1] = arguments[0]
    var count = count - 1
    var arguments = arguments + 1
    return runDriver(&count, &arguments) { start, count in
        FuzzTarget.chosen?.body(UnsafeRawBufferPointer(start: start, count: count))
        return 0
    }
}
