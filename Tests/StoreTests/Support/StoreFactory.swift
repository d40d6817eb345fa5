import DashModel
import DashStorage
import Testing

/// An engine under test: makes a fresh, migrated store for each use.
struct StoreFactory: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (HeldClock) async throws -> Store

    var testDescription: String { name }
}
