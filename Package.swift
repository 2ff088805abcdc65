// swift-tools-version: 6.1

import PackageDescription

/// What `--version` tells. The scripts set the variable, because SwiftPM keeps what it has once read of a manifest.
let commit = Context.environment["SHIPPY_COMMIT"] ?? Context.gitInformation.map { String($0.currentCommit.prefix(10)) } ?? ""

/// CI sets this: a warning fails the build there, and nowhere else.
let warningsAreErrors = Context.environment["SHIPPY_WARNINGS_AS_ERRORS"] != nil

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (warningsAreErrors ? [.unsafeFlags(["-warnings-as-errors"])] : [])

/// A target of ours: every one is built with the same language settings.
func target(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
}

/// - Parameter isOptimized: whether it is so in a debug build, too: for tests that run for long.
func testTarget(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], isOptimized: Bool = false) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings + (isOptimized ? [.unsafeFlags(["-O"])] : []))
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let grdbSQLite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let grpcCore = product(name: "GRPCCore", package: "grpc-swift-2")
    static let grpcNIO = product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
    static let grpcProtobuf = product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let coreMetrics = product(name: "CoreMetrics", package: "swift-metrics")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let nio = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHPACK = product(name: "NIOHPACK", package: "swift-nio-http2")
    static let nioHTTP2 = product(name: "NIOHTTP2", package: "swift-nio-http2")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
    static let x509 = product(name: "X509", package: "swift-certificates")
    static let nioHTTPTypesHTTP1 = product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "shippy",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "shippy", targets: ["shippy"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.10.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.24.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.36.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.31.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.5.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.0.0"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.8.0"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        // C libraries: a module map and a shim for what Swift cannot import.
        .systemLibrary(name: "CAllocator"),
        .systemLibrary(name: "CCrypt"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CNats", pkgConfig: "libnats"),
        // Not by pkg-config, whose flags define macros that SwiftPM refuses.
        .systemLibrary(name: "CNcurses"),
        .systemLibrary(name: "CPcre2", pkgConfig: "libpcre2-8"),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq"),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd"),
        .target(name: "CLogFile", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CResolver", linkerSettings: [.linkedLibrary("resolv")]),
        .target(name: "CTerminal"),
        .target(name: "CText"),
        .target(name: "CVersion", cSettings: [.define("SHIPPY_COMMIT", to: "\"\(commit)\"")]),

        // What everything speaks: the model, the engines' contracts, and small runtime pieces.
        target("ShippyCore", ["CPcre2", "CText", .logging, .metrics, .nio]),
        target("ShippyRPC", ["ShippyCore", .grpcCore, .grpcProtobuf, .protobuf], exclude: ["Protos"]),
        target("ShippyTLS", ["ShippyCore", .asn1, .crypto, .lifecycle, .logging, .metrics, .nio, .nioPosix, .nioSSL, .nioTLS, .x509]),
        target("ShippyRPCClient", ["ShippyCore", "ShippyTLS", .grpcCore, .grpcNIO, .nio, .nioPosix]),
        target("ShippyRPCServer", ["ShippyAccess", "ShippyCore", "ShippyTLS", .grpcCore, .logging, .nio, .nioHPACK, .nioHTTP2, .nioPosix]),
        target(
            "ShippyHTTPServer",
            [
                "ShippyAccess", "ShippyCore", "ShippyTLS", .httpTypes, .hummingbird, .hummingbirdCore, .lifecycle, .logging, .nio, .nioHTTP1,
                .nioHTTPTypes, .nioHTTPTypesHTTP1,
            ]),
        target("ShippyEvents", ["ShippyCore", "ShippyRPC", .protobuf]),

        // Who calls, and what they may do: tokens, keys and roles, without a transport or an engine.
        target("ShippyAccess", ["ShippyCore", .crypto, .logging, .metrics]),

        // The table of settings, and what a process is set to.
        target("ShippyConfiguration", ["ShippyAccess", "ShippyCore", "ShippyEvents", .argumentParser, .logging, .yams]),

        // Engines.
        target("EmbeddedEngines", ["CLogFile", "ShippyCore", .grdb, .grdbSQLite, .nioPosix]),
        target("PostgresEngine", ["CPostgres", "ShippyCore", .nioPosix]),
        target("NATSEngine", ["CNats", "ShippyCore", .nioPosix]),
        target(
            "EtcdEngine", ["ShippyCore", "ShippyRPCClient", .grpcCore, .grpcNIO, .grpcProtobuf, .nio, .nioPosix, .protobuf], exclude: ["Protos"]),
        target("SMTPEngine", ["CCurl", "ShippyCore", .nioPosix]),
        // The file of a backup: what is in it, and whether it is whole.
        target("ShippyBackup", ["CZstd", "ShippyCore", .crypto]),
        // From engines to other engines: what goes along, in which order, and whether all of it has arrived.
        target("ShippyMove", ["ShippyCore", .crypto]),
        // Over any registry: who registers, and who finds.
        target("ShippyDiscovery", ["ShippyCore", .lifecycle, .logging]),

        // Services. They know engines only by their contracts.
        target(
            "ShippyUsers",
            [
                "CCrypt", "ShippyAccess", "ShippyCore", "ShippyEvents", "ShippyHTTPServer", "ShippyRPC", "ShippyRPCServer", .crypto, .grpcCore,
                .httpTypes, .hummingbird, .lifecycle, .logging, .metrics, .mustache, .nio, .nioPosix, .protobuf,
            ]),
        target(
            "ShippyNotificator",
            [
                "ShippyAccess", "ShippyCore", "ShippyEvents", "ShippyRPC", "ShippyRPCServer", .grpcCore, .lifecycle, .logging, .metrics, .mustache,
                .nioPosix,
                .protobuf,
            ]),
        target(
            "ShippyOps",
            [
                "ShippyAccess", "ShippyCore", "ShippyHTTPServer", "ShippyRPC", "ShippyRPCServer", .coreMetrics, .grpcCore, .httpTypes, .hummingbird,
                .logging, .nio, .protobuf,
            ]),
        target("ShippyClient", ["ShippyCore", "ShippyDiscovery", "ShippyRPC", "ShippyRPCClient", "ShippyTLS", .grpcCore, .grpcProtobuf, .protobuf]),

        // What happened to one user, read from any engines and told in words.
        target("ShippyStory", ["ShippyCore", "ShippyEvents"]),

        // The panel. It draws what it is handed, and does no input or output of its own.
        target("ShippyTUI", ["ShippyCore", "ShippyStory"]),

        // The command, and the one place that picks engines.
        target(
            "ShippyApp",
            [
                "CAllocator", "CNcurses", "CResolver", "CTerminal", "CVersion", "EmbeddedEngines", "EtcdEngine", "NATSEngine", "PostgresEngine",
                "SMTPEngine", "ShippyAccess", "ShippyBackup", "ShippyClient", "ShippyConfiguration", "ShippyCore", "ShippyDiscovery",
                "ShippyEvents", "ShippyHTTPServer", "ShippyMove", "ShippyNotificator", "ShippyOps", "ShippyRPC", "ShippyRPCServer", "ShippyStory",
                "ShippyTLS", "ShippyTUI", "ShippyUsers", .argumentParser, .coreMetrics,
                .grpcCore, .hummingbird, .lifecycle, .logging, .metrics, .nio, .nioPosix,
            ]),
        .executableTarget(
            name: "shippy",
            dependencies: ["ShippyApp"],
            swiftSettings: settings,
            // Generic code comes in many identical copies, and debug information is most of the file: without them the
            // command starts faster and takes less memory.
            linkerSettings: [
                .unsafeFlags(
                    ["-use-ld=lld", "-Xlinker", "--icf=all", "-Xlinker", "--no-export-dynamic", "-Xlinker", "--strip-debug"],
                    .when(platforms: [.linux], configuration: .release))
            ]
        ),

        // What `Benchmarks/run` measures without a service. It is not installed.
        .executableTarget(
            name: "TokenBenchmark", dependencies: ["ShippyAccess", "ShippyCore", .crypto], path: "Benchmarks/Tokens", swiftSettings: settings),

        target("TestSupport", ["ShippyCore", "ShippyEvents", "ShippyTLS", .grdb, .logging], path: "Tests/TestSupport"),
        testTarget("ShippyCoreTests", ["ShippyCore", "TestSupport"]),
        testTarget("ShippyConfigurationTests", ["ShippyConfiguration", "ShippyCore", "ShippyEvents", "TestSupport", .argumentParser]),
        testTarget("ShippyAccessTests", ["ShippyAccess", "ShippyCore", "TestSupport", .crypto]),
        testTarget("ShippyBackupTests", ["ShippyBackup", "ShippyCore", "TestSupport"]),
        testTarget("ShippyEventsTests", ["ShippyCore", "ShippyEvents"]),
        testTarget(
            "EngineContractTests",
            [
                "EmbeddedEngines", "EtcdEngine", "NATSEngine", "PostgresEngine", "ShippyCore", "ShippyDiscovery", "ShippyMove", "TestSupport",
                .grdb, .lifecycle, .logging,
            ]),
        testTarget("ShippyTLSTests", ["ShippyCore", "ShippyTLS", "TestSupport", .logging, .nio, .nioPosix]),
        testTarget(
            "ShippyRPCServerTests",
            [
                "ShippyAccess", "ShippyCore", "ShippyRPC", "ShippyRPCServer", "ShippyTLS", "TestSupport", .grpcCore, .grpcNIO, .logging, .nio,
                .nioHPACK, .nioPosix, .protobuf,
            ]),
        testTarget(
            "ShippyClientTests",
            [
                "EmbeddedEngines", "ShippyAccess", "ShippyClient", "ShippyCore", "ShippyDiscovery", "ShippyRPC", "ShippyRPCClient",
                "ShippyRPCServer", "ShippyTLS", "ShippyUsers", "TestSupport", .grpcCore, .logging, .nio, .nioEmbedded, .protobuf,
            ]),
        testTarget(
            "ShippyHTTPServerTests",
            ["ShippyAccess", "ShippyCore", "ShippyHTTPServer", "ShippyTLS", "TestSupport", .httpTypes, .hummingbird, .lifecycle, .logging, .nio]),
        testTarget(
            "ShippyUsersTests",
            [
                "CCrypt", "EmbeddedEngines", "ShippyAccess", "ShippyCore", "ShippyEvents", "ShippyHTTPServer", "ShippyUsers", "TestSupport",
                .httpTypes, .hummingbird, .logging, .nio, .nioEmbedded,
            ]),
        testTarget(
            "ShippyNotificatorTests",
            ["EmbeddedEngines", "ShippyAccess", "ShippyCore", "ShippyEvents", "ShippyNotificator", "TestSupport", .lifecycle, .logging]),
        testTarget("SMTPEngineTests", ["SMTPEngine", "ShippyCore"]),
        testTarget("SimulationTests", ["ShippyCore", "ShippyNotificator", "ShippyUsers"], isOptimized: true),
        testTarget(
            "ShippyOpsTests",
            [
                "ShippyAccess", "ShippyCore", "ShippyHTTPServer", "ShippyOps", "TestSupport", .coreMetrics, .httpTypes, .hummingbird, .logging, .nio,
                .nioEmbedded,
            ]),
        testTarget("ShippyStoryTests", ["EmbeddedEngines", "ShippyCore", "ShippyEvents", "ShippyStory", "TestSupport"]),
        testTarget("ShippyTUITests", ["ShippyCore", "ShippyStory", "ShippyTUI"], exclude: ["Golden"]),
        testTarget(
            "ShippyAppTests",
            [
                "EmbeddedEngines", "NATSEngine", "SMTPEngine", "ShippyAccess", "ShippyApp", "ShippyConfiguration", "ShippyCore", "ShippyEvents",
                "ShippyHTTPServer", "ShippyNotificator", "ShippyOps", "ShippyRPC", "ShippyRPCServer", "ShippyStory", "ShippyTUI", "ShippyUsers",
                "TestSupport",
                .argumentParser, .grpcCore, .httpTypes, .logging, .protobuf,
            ]),
        testTarget(
            "IntegrationTests", ["SMTPEngine", "ShippyAccess", "ShippyApp", "ShippyCore", "TestSupport", "shippy", .grdb, .nio],
            exclude: [
                "Support/browser.py", "Support/password-attack.py", "Support/pseudo-terminal.py", "Support/smtp-server.py", "Support/squatter.py",
                "Support/stalled-clients.py",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
