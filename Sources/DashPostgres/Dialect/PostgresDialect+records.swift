import DashStorage

extension PostgresDialect {
    /// The records as one table. What the server can do decides how `RecordLayout` divides it; nothing here needs an
    /// extension. Rows have no foreign key: they are too many to go with their pipeline in one transaction, so a trigger
    /// leaves a note and they are swept afterwards.
    var recordTables: [any SchemaChange] {
        [
            ExecuteSQL(
                """
                CREATE TABLE pipeline_data (
                    id BIGSERIAL,
                    pipeline_id UUID NOT NULL,
                    team_id UUID NOT NULL,
                    data JSONB NOT NULL,
                    ingested_at TIMESTAMPTZ NOT NULL,
                    PRIMARY KEY (pipeline_id, ingested_at, id)
                )
                """
            ),
            ExecuteSQL("CREATE INDEX idx_pipeline_data_pipeline_time ON pipeline_data (pipeline_id, ingested_at DESC)"),
            ExecuteSQL(Self.takeRecordIDs),
            // What each pipeline has of each day: how much storage goes when the day's rows go, and which hours were not
            // summed up yet. The commit of the rows keeps it; room in the pages keeps those updates away from the index.
            ExecuteSQL(
                """
                CREATE TABLE record_days (
                    pipeline_id UUID NOT NULL,
                    day TIMESTAMPTZ NOT NULL,
                    team_id UUID NOT NULL,
                    row_count BIGINT NOT NULL,
                    byte_count BIGINT NOT NULL,
                    added_count BIGINT NOT NULL,
                    summed_count BIGINT NOT NULL DEFAULT 0,
                    PRIMARY KEY (pipeline_id, day)
                ) WITH (fillfactor = 70)
                """
            ),
            // What commits add to counters, runs, days and storage, until it is posted there: written once, read once,
            // so it is not worth being compressed.
            ExecuteSQL(
                """
                CREATE TABLE commit_log (
                    id UUID PRIMARY KEY,
                    node UUID NOT NULL,
                    committed_at TIMESTAMPTZ NOT NULL,
                    entries BYTEA NOT NULL
                )
                """
            ),
            ExecuteSQL("ALTER TABLE commit_log ALTER COLUMN entries SET STORAGE EXTERNAL"),
            ExecuteSQL("CREATE TABLE deleted_pipelines (pipeline_id UUID PRIMARY KEY, team_id UUID NOT NULL)"),
            ExecuteSQL(
                """
                CREATE FUNCTION note_deleted_pipeline() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO deleted_pipelines (pipeline_id, team_id) VALUES (OLD.id, OLD.team_id)
                        ON CONFLICT DO NOTHING;
                    RETURN NULL;
                END
                $$
                """
            ),
            ExecuteSQL(
                """
                CREATE TRIGGER pipelines_deleted AFTER DELETE ON pipelines
                    FOR EACH ROW EXECUTE FUNCTION note_deleted_pipeline()
                """
            ),
        ]
    }

    /// Hands out n ids in a row, ever rising; returns the first. A sequence can't do that alone: others would take some
    /// in between. The block ends by an exception of its own, because that gives the lock back at once and keeps what
    /// happened to the sequence, and because a cancelled statement can't leave the lock behind.
    private static let takeRecordIDs = """
        CREATE FUNCTION take_record_ids(n bigint) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
            first_id bigint;
        BEGIN
            IF n IS NULL OR n < 1 THEN
                RAISE EXCEPTION 'take_record_ids needs a positive number' USING ERRCODE = '22023';
            END IF;
            BEGIN
                PERFORM pg_advisory_xact_lock(\(AdvisoryLock.recordIDs));
                first_id := nextval('pipeline_data_id_seq');
                IF n > 1 THEN
                    PERFORM setval('pipeline_data_id_seq', first_id + n - 1);
                END IF;
                RAISE EXCEPTION USING ERRCODE = 'DS001';
            EXCEPTION WHEN SQLSTATE 'DS001' THEN
                RETURN first_id;
            END;
        END
        $$
        """
}
