// swift-tools-version: 6.2
import PackageDescription

/// Warnings stop the build where MOONTIDE_STRICT is set, as CI does. Deprecations stay warnings, so that a newer
/// dependency breaks nobody's build.
let strict: [SwiftSetting] =
    Context.environment["MOONTIDE_STRICT"] == nil
    ? [] : [.treatAllWarnings(as: .error), .treatWarning("DeprecatedDeclaration", as: .warning)]

/// `make fuzz` sets MOONTIDE_FUZZ: all is built for libFuzzer, with the address sanitizer and every check of the standard
/// library, and the fuzzer is a target.
let isFuzzing = Context.environment["MOONTIDE_FUZZ"] != nil
let fuzzing: [SwiftSetting] =
    isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address", "-assert-config", "Debug"])] : []

/// For what runs while building.
let toolSettings: [SwiftSetting] =
    strict + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]

let settings = toolSettings + fuzzing

let nio = "swift-nio"

let package = Package(
    name: "moontide",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "FluxerModel", targets: ["FluxerModel"]),
        .library(name: "FluxerREST", targets: ["FluxerREST"]),
        .library(name: "FluxerGateway", targets: ["FluxerGateway"]),
        .library(name: "FluxerCache", targets: ["FluxerCache"]),
        .library(name: "LuaRuntime", targets: ["LuaRuntime"]),
        .executable(name: "moontide", targets: ["moontide"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    ],
    targets: [
        // Layer 0
        .systemLibrary(
            name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"]), .brew(["lua@5.4"])]),
        .systemLibrary(
            name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"]), .brew(["libedit"])]),
        .target(name: "JSON", swiftSettings: settings),
        .target(
            name: "Stdlib", path: "stdlib", exclude: ["lua"], swiftSettings: settings, plugins: ["EmbedStdlib"]),
        .executableTarget(name: "embed-text", path: "Plugins/embed-text", swiftSettings: toolSettings),
        .plugin(name: "EmbedStdlib", capability: .buildTool(), dependencies: ["embed-text"]),
        .plugin(name: "EmbedPage", capability: .buildTool(), dependencies: ["embed-text"]),

        // Layer 1
        .target(
            name: "CLuaShim", dependencies: ["CLua"],
            cSettings: isFuzzing ? [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])] : []),
        .target(name: "FluxerModel", dependencies: ["JSON"], swiftSettings: settings),
        .target(name: "LuaSyntax", swiftSettings: settings),
        .target(name: "LineEditor", dependencies: ["CEdit"], swiftSettings: settings),

        // Layer 2
        .target(name: "LuaRuntime", dependencies: ["CLua", "CLuaShim", "JSON"], swiftSettings: settings),
        .target(
            name: "FluxerREST",
            dependencies: [
                "FluxerModel", "JSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: nio),
                .product(name: "NIOHTTP1", package: nio),
                .product(name: "NIOPosix", package: nio),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .target(
            name: "FluxerGateway",
            dependencies: [
                "FluxerModel", "JSON",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: nio),
                .product(name: "NIOPosix", package: nio),
                .product(name: "NIOHTTP1", package: nio),
                .product(name: "NIOWebSocket", package: nio),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .target(name: "FluxerCache", dependencies: ["FluxerModel"], swiftSettings: settings),
        .target(name: "CommandKit", swiftSettings: settings),
        .target(
            name: "FluxerSandbox",
            dependencies: [
                "FluxerModel", "JSON",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: nio),
                .product(name: "NIOPosix", package: nio),
                .product(name: "NIOHTTP1", package: nio),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOWebSocket", package: nio),
            ],
            exclude: ["Page"], swiftSettings: settings, plugins: ["EmbedPage"]),

        // Layer 3
        .target(
            name: "PackHost",
            dependencies: ["LuaRuntime", "Stdlib", "JSON", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),

        // Layer 4
        .target(
            name: "BotBindings",
            dependencies: [
                "PackHost", "LuaRuntime", "FluxerModel", "FluxerREST", "FluxerCache", "CommandKit", "JSON",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        // Layer 5
        .target(
            name: "BotCore",
            dependencies: [
                "BotBindings", "PackHost", "LuaRuntime", "FluxerModel", "FluxerREST", "FluxerGateway", "FluxerCache",
                "CommandKit", "JSON", "Stdlib",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        // Layer 6
        .target(
            name: "ScriptCheck",
            dependencies: [
                "BotCore", "BotBindings", "PackHost", "LuaRuntime", "LuaSyntax", "CommandKit", "JSON", "Stdlib",
            ],
            swiftSettings: settings),
        .target(
            name: "BotTesting",
            dependencies: [
                "BotCore", "BotBindings", "PackHost", "FluxerSandbox", "FluxerModel", "FluxerREST", "LuaRuntime",
                "Stdlib", "JSON",
            ],
            swiftSettings: settings),

        // Layer 7
        .executableTarget(
            name: "moontide",
            dependencies: [
                "BotTesting", "BotCore", "BotBindings", "PackHost", "FluxerSandbox", "LuaRuntime", "ScriptCheck",
                "CommandKit", "FluxerModel", "LineEditor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        // Tests
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
        .testTarget(name: "FluxerModelTests", dependencies: ["FluxerModel", "JSON"], swiftSettings: settings),
        .testTarget(
            name: "LuaSyntaxTests", dependencies: ["LuaSyntax", "LuaRuntime"], swiftSettings: settings),
        .testTarget(name: "LuaRuntimeTests", dependencies: ["LuaRuntime", "JSON"], swiftSettings: settings),
        .testTarget(
            name: "FluxerRESTTests",
            dependencies: [
                "FluxerREST", "FluxerModel", "JSON",
                .product(name: "NIOCore", package: nio),
                .product(name: "NIOPosix", package: nio),
                .product(name: "NIOHTTP1", package: nio),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: settings),
        .testTarget(
            name: "FluxerGatewayTests",
            dependencies: [
                "FluxerGateway", "FluxerModel", "FluxerSandbox", "JSON",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: nio),
                .product(name: "NIOPosix", package: nio),
                .product(name: "NIOHTTP1", package: nio),
                .product(name: "NIOWebSocket", package: nio),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FluxerCacheTests", dependencies: ["FluxerCache", "FluxerModel", "JSON"], swiftSettings: settings),
        .testTarget(name: "CommandKitTests", dependencies: ["CommandKit"], swiftSettings: settings),
        .testTarget(
            name: "FluxerSandboxTests",
            dependencies: [
                "FluxerSandbox", "FluxerModel", "JSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: nio),
            ],
            swiftSettings: settings),
        .testTarget(name: "PackHostTests", dependencies: ["PackHost", "LuaRuntime"], swiftSettings: settings),
        .testTarget(
            name: "BotCoreTests",
            dependencies: [
                "BotCore", "BotTesting", "BotBindings", "PackHost", "LuaRuntime", "FluxerSandbox", "FluxerModel",
                "JSON",
            ],
            swiftSettings: settings),
        .testTarget(name: "LineEditorTests", dependencies: ["LineEditor"], swiftSettings: settings),
        .testTarget(name: "ScriptCheckTests", dependencies: ["ScriptCheck"], swiftSettings: settings),
        .testTarget(
            name: "BotTestingTests",
            dependencies: ["BotTesting", "BotCore", "PackHost", "LuaRuntime", "FluxerSandbox", "FluxerModel"],
            swiftSettings: settings),
        .testTarget(
            name: "moontideTests",
            dependencies: [
                "JSON", "moontide", "FluxerModel", "FluxerSandbox", "LineEditor", "BotTesting", "LuaRuntime",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: nio),
                .product(name: "NIOHTTP1", package: nio),
            ],
            swiftSettings: settings),
        .testTarget(name: "HouseTests", dependencies: ["Stdlib"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

if isFuzzing {
    package.targets.append(
        .executableTarget(
            name: "moontide-fuzz",
            dependencies: ["JSON", "FluxerModel", "CommandKit", "LuaRuntime", "LuaSyntax"],
            path: "Fuzz/Sources", swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]))
}

// What `make bench` measures with: no part of a plain build.
if Context.environment["MOONTIDE_BENCH"] != nil {
    package.targets += [
        .executableTarget(
            name: "moontide-load",
            dependencies: [.product(name: "NIOCore", package: nio), .product(name: "NIOPosix", package: nio)],
            path: "Benchmarks/Load", swiftSettings: settings),
        .executableTarget(
            name: "moontide-micro",
            dependencies: ["LuaRuntime", "CLua", "FluxerModel", "FluxerREST", "JSON"],
            path: "Benchmarks/Micro", swiftSettings: settings),
    ]
}

// `make test-asan` and `make test-tsan` set MOONTIDE_SANITIZE: the lower layers, which they test, and nothing of the
// network, so that they are built anew in a minute.
if Context.environment["MOONTIDE_SANITIZE"] != nil {
    let lower: Set = [
        "CLua", "JSON", "Stdlib", "embed-text", "EmbedStdlib", "CLuaShim", "FluxerModel", "LuaSyntax", "LuaRuntime",
        "CommandKit", "PackHost",
    ]
    package.targets.removeAll { !lower.contains($0.name) && !lower.contains(String($0.name.dropLast("Tests".count))) }
    package.products = []
}
