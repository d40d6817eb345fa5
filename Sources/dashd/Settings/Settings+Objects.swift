extension Settings {
    /// Where uploaded files wait to be read.
    enum ObjectStore: Sendable {
        case folder(path: String)
        case s3(Bucket)
    }

    /// What `DASH_OBJECT_STORE_URL` names on an S3 API.
    struct Bucket: Sendable {
        var name: String
        var prefix: String
        var endpoint: String
        var region: String
        var accessKeyID: String
        var secretAccessKey: String
    }
}
