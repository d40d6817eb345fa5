public import DashModel
public import DashPipeline

/// The sources and sinks that every Dash has. A new one is a file and a line here.
public enum Builtins {
    public static func components(
        http: OutboundHTTP,
        filesDirectory: String,
        hasSystemSource: Bool,
        clock: any WallClock = SystemClock()
    ) -> Components {
        let egress = http.egress
        return Components(
            sources: [
                HTTPSource.kind(http: http, clock: clock),
                GraphQLSource.kind(http: http, clock: clock),
                WebhookSource.kind,
                KafkaSource.kind(egress: egress),
                PipelineSource.kind,
            ] + (hasSystemSource ? [SystemSource.kind(clock: clock)] : []),
            sinks: [
                WebhookSink.kind(http: http, clock: clock),
                PostgreSQLSink.kind(egress: egress),
                S3Sink.kind(http: http, clock: clock),
                KafkaSink.kind(egress: egress),
                RedisStreamSink.kind(egress: egress),
                MQTTSink.kind(egress: egress),
                MailSink.kind(egress: egress, clock: clock),
                FileSink.kind(directory: filesDirectory),
            ]
        )
    }
}
