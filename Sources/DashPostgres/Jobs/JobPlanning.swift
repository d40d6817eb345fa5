import DashStorage

/// How the planner is to go about the queue's statements, for the transaction they are in.
enum JobPlanning {
    /// The queue grows and shrinks by orders of magnitude within a second, so its statistics are always wrong; every
    /// statement of ours has its index, and a plan made while the table was empty must not outlive that. A partial index
    /// that was empty when it was last looked at seems the cheapest way to any row, and is walked once for each job
    /// then: statements that find jobs by id say the rest of their conditions so that no partial index fits.
    static let byIndex = SQLStatement(
        raw: """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), \
            set_config('enable_mergejoin', 'off', true), set_config('enable_sort', 'off', true), \
            set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)
            """
    )
}
