public import DashStorage

extension Store {
    /// The same store, with what each of its parts costs in the metrics.
    public func measured(in registry: MetricsRegistry) -> Store {
        func meter(_ part: String) -> PartMeter { PartMeter(part, in: registry) }
        var store = self
        store.resources = MeasuredResources(base: resources, meter: meter("resources"))
        store.commits = MeasuredCommits(base: commits, meter: meter("commits"))
        store.records = MeasuredRecords(base: records, meter: meter("records"))
        store.expiry = MeasuredExpiry(base: expiry, meter: meter("expiry"))
        store.quarantine = MeasuredQuarantine(base: quarantine, meter: meter("quarantine"))
        store.deliveries = MeasuredDeliveries(base: deliveries, meter: meter("deliveries"))
        store.jobs = MeasuredJobs(base: jobs, meter: meter("jobs"))
        store.dueTimes = MeasuredDueTimes(base: dueTimes, meter: meter("due_times"))
        store.rollups = MeasuredRollups(base: rollups, meter: meter("rollups"))
        return store
    }
}
