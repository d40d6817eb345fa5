import DashPostgres

extension PostgresTuning {
    /// Few connections, since many tests have a store each, and nobody is sent away who waits for one, however slow the
    /// machine is; reads wait for the replica, so that it does answer them.
    static var small: PostgresTuning {
        var tuning = PostgresTuning()
        tuning.writers = 3
        tuning.readers = 2
        tuning.queueTarget = .seconds(600)
        tuning.replicaWait = .seconds(10)
        return tuning
    }
}
