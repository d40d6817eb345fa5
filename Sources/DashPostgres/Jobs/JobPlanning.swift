import DashStorage

/// How the planner is to go about the queue's statements, for the transaction they are in.
enum JobPlanning {
    /// The queue grows and shrinks by orders of magnitude within a second, so its statistics are always wrong; every
    /// statement of ours has its index, and a plan made while the table was empty must not outlive that.
    static let byIndex = SQLStatement(
        raw: """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), \
            set_config('enable_mergejoin', 'off', true), set_config('enable_sort', 'off', true), \
            set_config('jit', 'off', true)
            """
    )
}
