import CLibpq
import DashStorage

/// One round trip: statements out, answers in.
extension PostgresConnection {
    /// What the server will answer, in order.
    private enum Expectation {
        case preparation(PreparedStatements.Key)
        case closing(String)
        case result
    }

    /// Sends and reads. Statements that were compiled before a change of their table are compiled anew and sent once
    /// more, unless they belong to a transaction that did something already.
    func exchange(_ commands: [PostgresCommand]) throws -> RoundTrip {
        guard handle != nil else { throw SQLError(.lost, "the connection is closed") }
        try settleDebts()
        let wasInTransaction = isInTransaction
        var answer = try roundTrip(commands)
        guard answer.isStale else { return answer }
        prepared.forgetAll()
        guard !wasInTransaction, !commands.contains(where: { $0.text == "COMMIT" }) else {
            answer.failure = SQLError(.conflict, "a table was changed meanwhile", sqlState: answer.failure?.sqlState)
            return answer
        }
        if isInTransaction { _ = try roundTrip([PostgresCommand("ROLLBACK")]) }
        return try roundTrip(commands)
    }

    /// Sends without waiting; the answers are read, and thrown away, before the next use.
    func sendAndForget(_ command: PostgresCommand) throws {
        var waitsFor: [Expectation] = []
        try send(command, &waitsFor)
        try synchronize()
    }

    /// Reads the answers nobody waited for.
    func settleDebts() throws {
        var silences = 0
        while owed > 0 {
            guard let answer = try next() else {
                // One ends a command; two in a row mean that libpq waits for nothing any more.
                silences += 1
                guard silences < 2, PQstatus(handle) == CONNECTION_OK else { throw lost() }
                continue
            }
            silences = 0
            let status = PQresultStatus(answer)
            PQclear(answer)
            if status == PGRES_PIPELINE_SYNC { owed -= 1 }
            guard PQstatus(handle) == CONNECTION_OK else { throw lost() }
        }
        try endCancellation()
    }

    private func roundTrip(_ commands: [PostgresCommand]) throws -> RoundTrip {
        var waitsFor: [Expectation] = []
        // A failed transaction takes nothing but its end.
        if !hasFailedTransaction {
            for text in prepared.takeClosings() {
                try check(PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 0))
                waitsFor.append(.closing(text))
            }
        }
        for command in commands { try send(command, &waitsFor) }
        try synchronize()
        return try collect(waitsFor)
    }

    private func send(_ command: PostgresCommand, _ waitsFor: inout [Expectation]) throws {
        let parameters = command.parameters
        guard command.isReusable else {
            try check(
                parameters.withPointers { count, values, lengths, formats in
                    PQsendQueryParams(handle, command.text, count, parameters.types, values, lengths, formats, 1)
                }
            )
            waitsFor.append(.result)
            return
        }
        let statement = prepared.name(of: command)
        if statement.isNew {
            let types = parameters.types
            try check(PQsendPrepare(handle, statement.name, command.text, Int32(types.count), types))
            waitsFor.append(.preparation(statement.key))
        }
        try check(
            parameters.withPointers { count, values, lengths, formats in
                PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
            }
        )
        waitsFor.append(.result)
    }

    private func synchronize() throws {
        try check(PQpipelineSync(handle))
        owed += 1
        try flush()
    }

    private func collect(_ waitsFor: [Expectation]) throws -> RoundTrip {
        var trip = RoundTrip()
        for expected in waitsFor {
            guard let answer = try next() else { throw lost() }
            defer { PQclear(answer) }
            switch PQresultStatus(answer) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                if case .result = expected { trip.results.append(ResultReader(answer).read()) }
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // libpq would repeat this answer forever.
                throw lost("COPY is not a statement like others")
            case let status:
                switch expected {
                case .preparation(let key): prepared.forget(key)
                case .closing(let text): prepared.keepClosing(text)
                case .result: break
                }
                if status != PGRES_PIPELINE_ABORTED, trip.failure == nil {
                    trip.failure = PostgresFailure.error(of: answer)
                    trip.isStale = PostgresFailure.isStale(answer)
                }
            }
            try skipToEndOfCommand()
        }
        try expectSynchronization()
        try endCancellation()
        if let failure = trip.failure, failure.isLost {
            close()
            throw failure
        }
        return trip
    }

    private func skipToEndOfCommand() throws {
        while let more = try next() { PQclear(more) }
    }

    private func expectSynchronization() throws {
        guard let answer = try next() else { throw lost() }
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_PIPELINE_SYNC else { throw lost() }
        owed -= 1
    }
}
