import DashStorage

/// Seals by turning each byte around: enough to see that what is stored is not what was given.
struct TurningSealer: ConfigSealer {
    func seal(_ plain: [UInt8]) throws -> String {
        "sealed:" + plain.reversed().map { String($0) }.joined(separator: ",")
    }
    func open(_ sealed: String) throws -> [UInt8] {
        sealed.dropFirst(7).split(separator: ",").compactMap { UInt8($0) }.reversed()
    }
}
