/// Encrypts the configs that hold secrets on their way into the store and back.
public protocol ConfigSealer: Sendable {
    func seal(_ plain: [UInt8]) throws -> String
    func open(_ sealed: String) throws -> [UInt8]
    /// Whether another key than the newest sealed it.
    func needsResealing(_ sealed: String) throws -> Bool
}
