import NIOCore

/// What a connection is at, and by when it must have come further. It knows no channel: whoever calls tells the time.
struct ConnectionState {
    /// What took too long.
    enum Overdue: String, CaseIterable {
        case head, body, idle, answer
        /// The peer did not close after the last answer.
        case parting
    }

    private enum Reading {
        case nothing, head, body
    }

    private let head: TimeAmount
    private let idle: TimeAmount
    private let parting: TimeAmount
    private let bodyPace: TransferPace
    private let answerPace: TransferPace
    private let streamPace: TransferPace

    private var reading = Reading.nothing
    /// Since when it waits for the head that comes next.
    private var since: NIODeadline
    private var isNew = true
    private var openAnswers = 0
    private var body: TransferPace
    /// The client waits for a word before it sends its body.
    private var isBodyHeld = false
    private(set) var isAsking = false
    private var answer: TransferPace
    private var taken = 0
    /// The answer is a live stream, which has all the time that its reader moves at all.
    var isStream = false
    private var partsSince: NIODeadline?

    init(_ times: ConnectionTimes, now: NIODeadline) {
        head = TimeAmount(times.head)
        idle = TimeAmount(times.idle)
        parting = TimeAmount(times.parting)
        bodyPace = TransferPace(grace: TimeAmount(times.body), rate: times.rate)
        answerPace = TransferPace(grace: TimeAmount(times.answer), rate: times.rate)
        streamPace = TransferPace(grace: TimeAmount(times.answer), rate: nil)
        body = bodyPace
        answer = answerPace
        since = now
    }

    var isParting: Bool { partsSince != nil }
    var isInHead: Bool { reading == .head }

    /// Bytes are asked for: from now on it is the peer who is waited for, and not we who are slow.
    mutating func ask(_ now: NIODeadline) {
        isAsking = true
        if reading == .body, !isBodyHeld { body.wait(now) }
    }

    /// What was asked for has come.
    mutating func pause(_ now: NIODeadline) {
        isAsking = false
        if reading == .body { body.rest(now) }
    }

    mutating func take(_ bytes: Int, _ now: NIODeadline) {
        switch reading {
        case .nothing:
            reading = .head
            if !isNew { since = now }
        case .head: break
        case .body:
            isBodyHeld = false
            body.move(bytes, now)
        }
    }

    /// A head is whole; `awaitsWord`: its body comes only after `100 Continue`.
    mutating func begin(awaitsWord: Bool, _ now: NIODeadline) {
        reading = .body
        openAnswers += 1
        isBodyHeld = awaitsWord
        body = bodyPace
        if isAsking, !awaitsWord { body.wait(now) }
    }

    /// The client was told to send its body.
    mutating func invite(_ now: NIODeadline) {
        isBodyHeld = false
        if reading == .body, isAsking { body.wait(now) }
    }

    /// A request has come to its end.
    mutating func finish(_ now: NIODeadline) {
        reading = .nothing
        isNew = false
        since = now
    }

    /// An answer was written to its end.
    mutating func answered(_ now: NIODeadline) {
        openAnswers = max(0, openAnswers - 1)
        since = now
    }

    /// Of all that was written so many bytes still wait for the reader.
    mutating func hold(_ buffered: Int, of written: Int, _ now: NIODeadline) {
        let gone = written - buffered
        defer { taken = gone }
        if buffered == 0 {
            // The next request's time begins when the last byte of this answer is gone.
            if answer.isWaiting { since = now }
            answer = isStream ? streamPace : answerPace
        } else if answer.isWaiting {
            answer.move(gone - taken, now)
        } else {
            answer = isStream ? streamPace : answerPace
            answer.wait(now)
        }
    }

    /// All is said: the peer may close.
    mutating func part(_ now: NIODeadline) {
        if partsSince == nil { partsSince = now }
    }

    /// What has to come further first, and when.
    var next: (what: Overdue, at: NIODeadline)? {
        if let partsSince { return (.parting, partsSince + parting) }
        if let at = answer.deadline { return (.answer, at) }
        switch reading {
        case .body: return body.deadline.map { (.body, $0) }
        case .head where openAnswers == 0: return (.head, since + head)
        case .nothing where openAnswers == 0: return isNew ? (.head, since + head) : (.idle, since + idle)
        case .head, .nothing: return nil
        }
    }

    func overdue(_ now: NIODeadline) -> Overdue? {
        guard let next, next.at <= now else { return nil }
        return next.what
    }
}
