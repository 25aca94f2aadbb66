import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `moontide-load serve`: a made-up platform on loopback that loads one bot as the lines on standard input say.
/// `moontide-load bot`: a bot that does next to nothing, to see what the server can do.
@main
enum LoadProgram {
    static let usage = """
        usage: moontide-load serve [--dialect fluxer|discord] [--port N] [--guilds N] [--members N] [--no-echo]
               moontide-load bot --port N [--connections N]

        serve reads from standard input, a line each:
          probe                     one !ping, again each second until it is answered
          flood COUNT PART          messages nobody answers, parts of PART, each ended by a !ping
          steady RATE SECONDS       messages nobody answers, so many a second
          closed WINDOW SECONDS     always WINDOW !pings under way
          open RATE SECONDS         so many !pings a second
          quit
        and answers each with a line of JSON.
        """

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "serve": try serve(Options(arguments.dropFirst()))
            case "bot": try NullBot.run(Options(arguments.dropFirst()))
            default: refuse(usage)
            }
        } catch {
            refuse("moontide-load: \(error)")
        }
    }

    static func refuse(_ text: String) -> Never {
        let line = Array((text + "\n").utf8)
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        exit(2)
    }

    private static func serve(_ options: Options) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let shapes = WorldShapes(dialect: options.dialect, size: options.size)
        let echoes = options.echoes
        let server = try loop.submit { NIOLoopBound(LoadServer(loop, shapes, echoes: echoes), eventLoop: loop) }.wait()
        let channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 32_768, high: 131_072))
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16_384))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Connection(server.value))
                }
            }
            .bind(host: "127.0.0.1", port: options.port).wait()
        let port = channel.localAddress?.port ?? options.port
        try loop.submit { server.value.port = port }.wait()
        Report.line("listening", ["port": .number(Double(port))])
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            if words.first == "quit" { break }
            loop.execute {
                guard let scenario = scenario(words) else {
                    return Report.line("failed", ["reason": .text("not understood")])
                }
                server.value.begin(scenario)
            }
        }
        exit(0)
    }

    private static func scenario(_ words: [String]) -> (any Scenario)? {
        let numbers = words.dropFirst().map { Double($0) ?? -1 }
        guard numbers.allSatisfy({ $0 > 0 && $0 < 1e9 }) else { return nil }
        switch (words.first, numbers.count) {
        case ("probe", 0): return Probe()
        case ("flood", 2): return Flood(Int(numbers[0]), part: Int(numbers[1]))
        case ("steady", 2): return Paced(asking: false, rate: numbers[0], seconds: numbers[1])
        case ("open", 2): return Paced(asking: true, rate: numbers[0], seconds: numbers[1])
        case ("closed", 2): return Closed(window: Int(numbers[0]), seconds: numbers[1])
        default: return nil
        }
    }
}

/// What the command line says.
struct Options {
    var dialect = Dialect.fluxer
    var port = 0
    var size = Size()
    var echoes = true
    var connections = 48

    init(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        func number(_ name: String) -> Int {
            guard let text = rest.popFirst(), let value = Int(text), value >= 0, value < 1 << 31 else {
                LoadProgram.refuse("moontide-load: \(name) takes a number\n\n\(LoadProgram.usage)")
            }
            return value
        }
        while let word = rest.popFirst() {
            switch word {
            case "--dialect":
                guard let dialect = rest.popFirst().flatMap(Dialect.init) else {
                    LoadProgram.refuse("moontide-load: --dialect takes fluxer or discord")
                }
                self.dialect = dialect
            case "--port": port = number(word)
            case "--guilds": size.guilds = max(1, number(word))
            case "--members": size.members = number(word)
            case "--no-echo": echoes = false
            case "--connections": connections = max(1, number(word))
            default: LoadProgram.refuse("moontide-load: unknown option \(word)\n\n\(LoadProgram.usage)")
            }
        }
    }
}
