import DashMapping
import DashModel
import DashStorage

/// Reads an object from its beginning, inflated if it must be, piece by piece.
struct UploadReader {
    private static let pieceBytes: Int64 = 1 << 20
    /// So little goes into the inflater at once that what comes out stays small as well.
    private static let inflatedAtOnce = 16 << 10

    private let objects: any ObjectStore
    private let key: ObjectKey
    private let size: Int64
    private let inflater: Inflater?
    /// Makes UTF-8 of files that are something else.
    private var transcoder: Transcoder?
    private let charset: Charset?
    private var isBegun = false
    /// How much of the object was read.
    private var offset: Int64 = 0
    private var piece: ArraySlice<UInt8> = []
    /// What is to be left out of what comes next.
    private var skipped: Int64 = 0
    private var isFinished = false

    /// `limit` is what may come out, in bytes. `charset` is what is said of the file's characters; a mark at its
    /// beginning counts more.
    init(
        _ objects: any ObjectStore,
        _ key: ObjectKey,
        size: Int64,
        isCompressed: Bool,
        charset: Charset? = nil,
        limit: Int64
    ) {
        self.charset = charset
        self.objects = objects
        self.key = key
        self.size = size
        inflater = isCompressed ? Inflater(.gzip, limit: limit) : nil
    }

    /// Bytes of the object that were used for what came out.
    var bytesRead: Int64 { offset - Int64(piece.count) }

    /// Begins at another place of what comes out; to be called before anything is read.
    mutating func jump(to position: Int64) async throws {
        if inflater == nil {
            // What the bytes mean stands at their beginning.
            try begin(with: try await objects.read(key, 0..<min(4, size)))
        }
        if inflater == nil, transcoder == nil { offset = position } else { skipped = position }
    }

    private mutating func begin(with head: [UInt8]) throws {
        isBegun = true
        do throws(BodyError) {
            transcoder = try Transcoder.needed(for: head, charset)
        } catch {
            throw DashError(.invalid, "\(error)")
        }
    }

    /// The next bytes, never none; nil at the end. Throws `DashError`: the object store's, `.invalid` and `.tooLarge` for
    /// what can't be inflated.
    mutating func next() async throws -> [UInt8]? {
        while !isFinished {
            if piece.isEmpty {
                piece = try await objects.read(key, offset..<min(offset + Self.pieceBytes, size))[...]
                offset += Int64(piece.count)
            }
            let isLast = piece.isEmpty
            let bytes = try text(of: isLast ? rest() : pass(), isLast: isLast)
            let kept = bytes.dropFirst(Int(min(skipped, Int64(bytes.count))))
            skipped -= Int64(bytes.count - kept.count)
            if !kept.isEmpty { return Array(kept) }
        }
        return nil
    }

    private mutating func pass() throws -> [UInt8] {
        guard let inflater else {
            defer { piece = [] }
            return Array(piece)
        }
        let part = piece.prefix(Self.inflatedAtOnce)
        piece = piece.dropFirst(part.count)
        try part.withUnsafeBytes { try inflater.write($0) }
        return inflater.takeOutput()
    }

    private mutating func text(of bytes: [UInt8], isLast: Bool) throws -> [UInt8] {
        if !isBegun, !bytes.isEmpty { try begin(with: bytes) }
        guard let transcoder else { return bytes }
        do throws(BodyError) {
            let text = try transcoder.write(bytes)
            if isLast { try transcoder.finish() }
            return text
        } catch {
            throw DashError(.invalid, "The file is not what its charset says: \(error.reason).")
        }
    }

    private mutating func rest() throws -> [UInt8] {
        isFinished = true
        return try inflater?.finish() ?? []
    }
}
