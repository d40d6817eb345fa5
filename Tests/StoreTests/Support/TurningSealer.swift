import DashModel
import DashStorage

/// Seals by turning each byte around: enough to see that what is stored is not what was given.
struct TurningSealer: ConfigSealer {
    /// The names of the keys, the newest first.
    var keys = ["sealed"]

    func seal(_ plain: [UInt8]) throws -> String {
        keys[0] + ":" + plain.reversed().map { String($0) }.joined(separator: ",")
    }

    func open(_ sealed: String) throws -> [UInt8] {
        guard keys.contains(key(of: sealed)) else {
            throw DashError(.internal, "A config is sealed with the key \(key(of: sealed)).")
        }
        return sealed.drop { $0 != ":" }.dropFirst().split(separator: ",").compactMap { UInt8($0) }.reversed()
    }

    func needsResealing(_ sealed: String) throws -> Bool { key(of: sealed) != keys[0] }

    private func key(of sealed: String) -> String { String(sealed.prefix { $0 != ":" }) }
}
