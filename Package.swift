// swift-tools-version: 6.2
import PackageDescription

/// Every target of Dash is built under the same strict settings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A room of `docs/architecture.md`: one library target. `rooms` are the only arrows that may leave it.
func room(_ name: String, rooms: [String] = [], products: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: rooms.map { .target(name: $0) } + products, swiftSettings: strict)
}

/// The tests of one room.
func tests(_ room: String, rooms: [String] = [], products: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: room + "Tests",
        dependencies: ([room] + rooms).map { .target(name: $0) } + products,
        swiftSettings: strict
    )
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "_CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

let package = Package(
    name: "dash",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "dashd", targets: ["dashd"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CMosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CRdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        room("DashJSON"),
        room("DashModel", rooms: ["DashJSON"]),
        room("DashMapping", rooms: ["DashModel", "DashJSON", "CExpat"]),
        room("DashExchange", rooms: ["DashModel"], products: [lifecycle, logging]),
        room("DashStorage", rooms: ["DashModel", "DashJSON"], products: [logging]),
        room("DashSQLite", rooms: ["DashStorage", "DashModel", "DashJSON"], products: [grdb, grdbSQLite, logging]),
        room(
            "DashPostgres",
            rooms: ["DashStorage", "DashExchange", "DashModel", "DashJSON", "CLibpq"],
            products: [lifecycle, logging]
        ),
        room("DashJobs", rooms: ["DashStorage", "DashModel", "DashJSON"], products: [lifecycle, logging]),
        room(
            "DashPipeline",
            rooms: ["DashMapping", "DashJobs", "DashStorage", "DashExchange", "DashModel", "DashJSON", "CZlib"],
            products: [lifecycle, crypto, logging]
        ),
        room(
            "DashConnectors",
            rooms: [
                "DashPipeline", "DashMapping", "DashStorage", "DashModel", "DashJSON", "CBrotli", "CCurl", "CHiredis",
                "CLibpq", "CMosquitto", "CRdkafka", "CZlib", "CZstd",
            ],
            products: [
                asyncHTTPClient, crypto, nioCore, nioPosix, nioHTTP1, lifecycle, logging,
            ]
        ),
        room(
            "DashAPI",
            rooms: ["DashPipeline", "DashMapping", "DashStorage", "DashModel", "DashJSON"],
            products: [hummingbird, httpTypes, nioCore, nioPosix, crypto, cryptoExtras, logging]
        ),
        room(
            "DashWeb",
            rooms: [
                "DashAPI", "DashPipeline", "DashMapping", "DashJobs", "DashStorage", "DashExchange", "DashModel",
                "DashJSON", "CZlib",
            ],
            products: [
                hummingbird, hummingbirdCore, httpTypes, nioCore, nioHTTP1, mustache, lifecycle, crypto, logging,
            ]
        ),
        .executableTarget(
            name: "dashd",
            dependencies: [
                "DashWeb", "DashAPI", "DashConnectors", "DashPipeline", "DashMapping", "DashJobs", "DashSQLite",
                "DashPostgres", "DashStorage", "DashExchange", "DashModel", "DashJSON", hummingbird, lifecycle,
                unixSignals, logging,
                argumentParser, configuration, crypto, nioCore, nioPosix,
            ],
            swiftSettings: strict
        ),

        // What several test targets need.
        .target(
            name: "TestSupport",
            dependencies: ["DashExchange", "DashModel", "DashJSON", "CZlib"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        tests("DashJSON", rooms: ["TestSupport"]),
        tests("DashModel", rooms: ["DashJSON"]),
        tests("DashMapping", rooms: ["DashModel", "DashJSON", "TestSupport"]),
        tests("DashExchange", rooms: ["DashModel", "TestSupport"]),
        tests("DashStorage", rooms: ["DashModel", "DashJSON"]),
        // Cases of public suites, from the folder that DASH_CONFORMANCE names.
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["DashMapping", "DashJSON"],
            swiftSettings: strict
        ),
        // The engines share their contract suites, so they share a test target.
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "DashSQLite", "DashPostgres", "DashStorage", "DashExchange", "DashModel", "DashJSON", "CLibpq",
                "TestSupport", grdb, lifecycle, logging,
            ],
            swiftSettings: strict
        ),
        tests(
            "DashJobs",
            rooms: ["DashSQLite", "DashStorage", "DashModel", "DashJSON", "TestSupport"],
            products: [lifecycle, logging]
        ),
        tests(
            "DashPipeline",
            rooms: [
                "DashSQLite", "DashConnectors", "DashMapping", "DashJobs", "DashStorage", "DashExchange", "DashModel",
                "DashJSON", "CZlib", "TestSupport",
            ],
            products: [lifecycle, logging]
        ),
        tests(
            "DashConnectors",
            rooms: ["DashPipeline", "DashMapping", "DashStorage", "DashModel", "DashJSON", "TestSupport"],
            products: [hummingbird, hummingbirdTesting, httpTypes, nioCore, nioHTTP1, logging]
        ),
        // The contract of sinks, run over every kind against real servers.
        .testTarget(
            name: "SinkTests",
            dependencies: [
                "DashConnectors", "DashPipeline", "DashSQLite", "DashStorage", "DashExchange", "DashJobs", "DashModel",
                "DashJSON", "TestSupport", "CHiredis", "CMosquitto", "CRdkafka", "CZlib", hummingbird,
                hummingbirdTesting, httpTypes, nioCore, nioHTTP1, lifecycle, logging,
            ],
            swiftSettings: strict
        ),
        tests(
            "DashAPI",
            rooms: [
                "DashSQLite", "DashConnectors", "DashPipeline", "DashMapping", "DashStorage", "DashExchange",
                "DashModel", "DashJSON", "TestSupport",
            ],
            products: [hummingbird, hummingbirdTesting, httpTypes, nioCore, logging]
        ),
        tests(
            "DashWeb",
            rooms: [
                "DashAPI", "DashSQLite", "DashPipeline", "DashMapping", "DashJobs", "DashStorage", "DashExchange",
                "DashModel", "DashJSON", "CZlib", "TestSupport",
            ],
            products: [
                hummingbird, hummingbirdTesting, httpTypes, mustache, nioCore, nioEmbedded, nioHTTP1, nioPosix,
                lifecycle, crypto, logging,
            ]
        ),
        .testTarget(
            name: "EndToEnd",
            dependencies: [
                "DashJSON", "DashModel", "CLibpq", "TestSupport", hummingbird, httpTypes, asyncHTTPClient, nioCore,
                nioHTTP1, grdb, logging,
            ],
            path: "Tests/EndToEnd",
            exclude: ["browser"],
            swiftSettings: strict
        ),
        // Odd input for whatever takes any. It reaches into the rooms, which only builds for debugging allow.
        .executableTarget(
            name: "DashFuzz",
            dependencies: [
                "DashWeb", "DashAPI", "DashConnectors", "DashPipeline", "DashMapping", "DashJobs", "DashSQLite",
                "DashStorage", "DashModel", "DashJSON", "TestSupport", httpTypes, nioHTTP1, logging, argumentParser,
            ],
            path: "Tests/DashFuzz",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "DashBenchmarks",
            dependencies: [
                "DashMapping", "DashModel", "DashJSON", "DashSQLite", "DashPostgres", "DashJobs", "DashPipeline",
                "DashExchange", "DashStorage", "CLibpq", hummingbird, asyncHTTPClient, grdb, grdbSQLite, nioCore,
                nioPosix, nioHTTP1, lifecycle, logging,
            ],
            path: "Benchmarks/DashBenchmarks",
            swiftSettings: strict
        ),
    ]
)
