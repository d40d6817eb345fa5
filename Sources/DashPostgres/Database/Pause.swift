import Dispatch

/// A pause that a cancelled task makes, too: what it does must come to an end that is known.
enum Pause {
    static func last(for duration: Duration) async {
        await withCheckedContinuation { continuation in
            let time = DispatchTime.now() + .microseconds(Int(duration / .microseconds(1)))
            DispatchQueue.global().asyncAfter(deadline: time) { continuation.resume() }
        }
    }
}
