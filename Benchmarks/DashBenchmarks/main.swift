let mapping = try mappingBenchmark()
print("records/s", mapping.recordsPerSecond, "foundation", mapping.foundationRecordsPerSecond, "ratio", mapping.ratio)
print("parse MB/s", mapping.parsedBytesPerSecond / 1e6, "bytes/record", mapping.bytesPerRecord)
