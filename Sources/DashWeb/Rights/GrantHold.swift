import Synchronization

/// Something that lasts as long as its grant; given back once, at the latest with the last reference.
final class GrantHold: Sendable {
    private let leaving: Mutex<(@Sendable () -> Void)?>

    init(leaving: @escaping @Sendable () -> Void) { self.leaving = Mutex(leaving) }

    deinit { leave() }

    func leave() {
        let leave = leaving.withLock { leaving in
            defer { leaving = nil }
            return leaving
        }
        leave?()
    }
}
