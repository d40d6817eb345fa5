import DashModel

extension CELEvaluator {
    /// A part of a moment, in UTC or the zone that is named, or a length in whole units.
    func timePart(_ function: CELFunction, _ arguments: CELArguments, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch arguments.first {
        case .duration(let duration) where arguments.count == 1:
            return part(function, of: duration).map { .int($0) }
        case .timestamp(let timestamp):
            var offset: Int64 = 0
            if arguments.count > 1 {
                guard case .string(let zone) = arguments.second else { return nil }
                guard let found = CELTimeZone.offset(of: zone, at: timestamp.seconds) else {
                    let message = "there is no such time zone; it is a name like Europe/Berlin or a form like +02:00"
                    throw failure(.badArgument, message, node)
                }
                offset = found
            }
            return .int(part(function, of: timestamp.seconds + offset, timestamp.nanoseconds))
        default: return nil
        }
    }

    private func part(_ function: CELFunction, of duration: CELDuration) -> Int64? {
        switch function {
        case .getHours: duration.seconds / 3_600
        case .getMinutes: duration.seconds / 60
        case .getSeconds: duration.seconds
        case .getMilliseconds: duration.seconds * 1_000 + Int64(duration.nanoseconds) / 1_000_000
        default: nil
        }
    }

    private func part(_ function: CELFunction, of seconds: Int64, _ nanoseconds: Int32) -> Int64 {
        let second = (seconds % 86_400 + 86_400) % 86_400
        let day = (seconds - second) / 86_400
        switch function {
        case .getHours: return second / 3_600
        case .getMinutes: return second / 60 % 60
        case .getSeconds: return second % 60
        case .getMilliseconds: return Int64(nanoseconds) / 1_000_000
        // 1970-01-01 was a Thursday; weeks begin with Sunday, which is 0.
        case .getDayOfWeek: return ((day + 4) % 7 + 7) % 7
        default: break
        }
        let date = CivilDate(day: day)
        switch function {
        case .getFullYear: return date.year
        case .getMonth: return Int64(date.month - 1)
        case .getDate: return Int64(date.day)
        case .getDayOfMonth: return Int64(date.day - 1)
        default:
            let newYear = CivilDate(year: date.year, month: 1, day: 1)
            return day - (newYear?.dayNumber ?? day)
        }
    }
}
