/// A bucket of an S3 API and how to get in.
public struct S3Location: Sendable, Hashable {
    public var bucket: String
    /// What all keys begin with, without slashes at its ends; empty for none.
    public var prefix: String
    /// Like `https://s3.eu-central-1.amazonaws.com`.
    public var endpoint: String
    public var region: String
    public var accessKeyID: String
    public var secretAccessKey: String
    public var sessionToken: String?

    public init(
        bucket: String,
        prefix: String = "",
        endpoint: String,
        region: String,
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil
    ) {
        self.bucket = bucket
        self.prefix = prefix
        self.endpoint = endpoint
        self.region = region
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}
