import ErgonData
import ErgonWorkload

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A client of the Hugging Face hub, and of any other that speaks its HTTP.
///
/// Files are fetched from the commit that the list of files was of, so that a branch that moves
/// meanwhile mixes nothing. Large files are checked by their SHA-256, small ones by their git
/// digest. The token goes to the hub alone, never to the stores of files it sends on to.
public struct HuggingFaceHub: Sendable {
  public static let publicEndpoint = "https://huggingface.co"
  /// The longest list of files to read, in bytes.
  private static let listingLimit = 1 << 25

  /// Without a slash at its end.
  public let endpoint: String
  private let options: DownloadOptions

  /// - Parameters:
  ///   - endpoint: Where the hub is; plain `http` only without a token, or on this machine.
  ///   - options: How patient to be; its token is the hub's.
  /// - Throws: ``HubError``.
  public init(
    endpoint: String = publicEndpoint, options: DownloadOptions = DownloadOptions()
  ) throws(HubError) {
    var text = endpoint
    while text.hasSuffix("/") { text.removeLast() }
    guard (try? WebAddress(text)) != nil, !text.contains("?"), !text.contains("#") else {
      throw .invalidEndpoint
    }
    if let token = options.bearerToken {
      guard !token.isEmpty, token.utf8.count <= 4096,
        token.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
      else { throw .invalidToken }
    }
    self.endpoint = text
    self.options = options
  }

  /// The hub that the environment names: `HF_ENDPOINT`, with the token of `ERGON_HF_TOKEN` or
  /// `HF_TOKEN`.
  ///
  /// - Parameter endpoint: Stands above the environment.
  /// - Throws: ``HubError``.
  public static func standard(
    endpoint: String? = nil,
    environment: [String: String]? = nil
  ) throws(HubError) -> HuggingFaceHub {
    let environment = environment ?? ProcessInfo.processInfo.environment
    func variable(_ name: String) -> String? {
      // A token that was read from a file often has the end of its line.
      guard var text = environment[name]?[...] else { return nil }
      while text.last?.isWhitespace == true { text.removeLast() }
      return text.isEmpty ? nil : String(text)
    }
    var options = DownloadOptions()
    options.bearerToken = variable("ERGON_HF_TOKEN") ?? variable("HF_TOKEN")
    return try HuggingFaceHub(
      endpoint: endpoint ?? variable("HF_ENDPOINT") ?? publicEndpoint, options: options)
  }

  /// Whether the environment forbids to ask the network for models.
  public static func isOffline(environment: [String: String]? = nil) -> Bool {
    let environment = environment ?? ProcessInfo.processInfo.environment
    return ["1", "true", "yes", "on"].contains(environment["HF_HUB_OFFLINE"]?.lowercased())
  }

  /// The files of a revision.
  ///
  /// - Throws: ``HubError`` and ``FetchError``.
  public func list(_ reference: HubReference) async throws -> HubListing {
    let url =
      "\(endpoint)/api/models/\(reference.name)/revision/"
      + "\(HubReference.folder(ofRevision: reference.effectiveRevision))?blobs=true"
    let draft = FileManager.default.temporaryDirectory
      .appendingPathComponent("ergon-listing-\(UUID().uuidString)").path
    defer {
      for suffix in ["", ".partial", ".partial-version"] {
        try? FileManager.default.removeItem(atPath: draft + suffix)
      }
    }
    var options = options
    options.sizeLimit = Self.listingLimit
    do {
      _ = try await Downloader(options: options).fetch([url], to: draft)
    } catch let error as FetchError {
      throw explained(error, reference)
    }
    return try HubListing(
      model: reference.name, json: BinaryFile.read(draft, limit: Self.listingLimit))
  }

  func fetch(
    _ file: HubFile, of reference: HubReference, commit: String?, to path: String,
    _ progress: Progress
  ) async throws {
    let revision = commit ?? HubReference.folder(ofRevision: reference.effectiveRevision)
    let url = "\(endpoint)/\(reference.name)/resolve/\(revision)/\(Self.encoded(file.path))"
    do {
      _ = try await Downloader(options: options).fetch(
        [url], to: path, size: file.size, digest: file.digest, progress)
    } catch let error as FetchError {
      throw explained(error, reference)
    }
  }

  /// What a refusal means here.
  private func explained(_ error: FetchError, _ reference: HubReference) -> any Error {
    switch error {
    case .unauthorised:
      HubError.refused(model: reference.name, hasToken: options.bearerToken != nil)
    case .notFound:
      HubError.unknownModel(model: reference.name, revision: reference.effectiveRevision)
    default: error
    }
  }

  /// A path as a part of an address.
  static func encoded(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in path.utf8 {
      if HubReference.isPlain(byte) || byte == UInt8(ascii: "/") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
