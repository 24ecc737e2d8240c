import CErgonImage
public import ErgonData

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How an image is kept in a file.
public enum ImageFormat: Sendable, Hashable {
  /// Lossless.
  case png
  /// Lossy, without opacity; quality from 1 to 100.
  case jpeg(quality: Int = 90)

  /// The format that a file's name promises; `nil` for a name that ends in neither.
  public init?(path: String) {
    let name = path.lowercased()
    if name.hasSuffix(".png") {
      self = .png
    } else if name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") {
      self = .jpeg()
    } else {
      return nil
    }
  }
}

extension Image {
  /// Reads a PNG or JPEG file.
  ///
  /// - Parameter limit: The most bytes of pixels to accept: a small file may hold a huge image.
  /// - Throws: `DataError` when the file cannot be read, is damaged or holds too much.
  public init(path: String, limit: Int = 1 << 28) throws(DataError) {
    try self.init(bytes: BinaryFile.read(path, limit: limit), name: path, limit: limit)
  }

  /// Decodes a PNG or JPEG, told apart by its first bytes.
  ///
  /// Palettes and low bit depths are expanded, sixteen bits rounded to eight, printers' inks turned
  /// into red, green and blue. Colour profiles, gamma and the camera's orientation are left aside:
  /// the numbers are those of the file. A file that ends early is refused.
  ///
  /// - Parameters:
  ///   - name: What errors call the source.
  ///   - limit: The most bytes of pixels to accept.
  /// - Throws: `DataError` for damaged bytes and for more than the limit.
  public init(bytes: [UInt8], name: String = "image data", limit: Int = 1 << 28) throws(DataError) {
    var image = ergon_image()
    let status: ergon_image_status
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      status = ergon_png_decode(bytes, bytes.count, max(0, limit), &image)
    } else if bytes.starts(with: [0xFF, 0xD8]) {
      status = ergon_jpeg_decode(bytes, bytes.count, max(0, limit), &image)
    } else {
      throw .malformedBytes(
        source: name, offset: 0, reason: "neither a PNG nor a JPEG; convert it to one of them")
    }
    defer { free(image.pixels) }
    guard status == ERGON_IMAGE_OK else {
      throw Self.error(status, image.text, name, limit: limit)
    }
    let (width, height, channels) = (Int(image.width), Int(image.height), Int(image.channels))
    self.init(
      width: width, height: height, channels: channels,
      pixels: Array(UnsafeBufferPointer(start: image.pixels, count: width * height * channels)))
  }

  /// The image as the bytes of a file.
  ///
  /// - Throws: `DataError/notEncodable` for more than the format can hold, and for opacity in a
  ///   JPEG.
  public func encoded(as format: ImageFormat) throws(DataError) -> [UInt8] {
    guard width <= 1_000_000, height <= 1_000_000 else {
      throw .notEncodable(what: "an image", reason: "\(width) x \(height) is more than files hold")
    }
    var image = ergon_image()
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.channels = UInt32(channels)
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    var pixels = pixels
    let status = pixels.withUnsafeMutableBufferPointer { pixels in
      image.pixels = pixels.baseAddress
      switch format {
      case .png: return ergon_png_encode(&image, &bytes, &count)
      case .jpeg(let quality):
        guard channels != 4 else { return ERGON_IMAGE_UNSUPPORTED }
        return ergon_jpeg_encode(&image, Int32(min(max(quality, 1), 100)), &bytes, &count)
      }
    }
    defer { free(bytes) }
    guard status == ERGON_IMAGE_OK, let bytes else {
      throw .notEncodable(
        what: "an image",
        reason: status == ERGON_IMAGE_UNSUPPORTED
          ? "a JPEG has no opacity; use withoutOpacity() first" : image.text)
    }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Writes a file in the format its name promises, PNG for any other name.
  ///
  /// - Throws: `DataError` when the image has no such form or the file cannot be written.
  public func write(to path: String) throws(DataError) {
    try BinaryFile.write(encoded(as: ImageFormat(path: path) ?? .png), to: path)
  }

  private static func error(
    _ status: ergon_image_status, _ text: String, _ name: String, limit: Int
  ) -> DataError {
    switch status {
    case ERGON_IMAGE_TOO_LARGE: .overLimit(source: name, what: text, limit: limit)
    case ERGON_IMAGE_UNSUPPORTED: .unsupported(source: name, what: text)
    case ERGON_IMAGE_NO_MEMORY: .cannotRead(path: name, reason: text)
    default: .malformedBytes(source: name, offset: nil, reason: text)
    }
  }
}

extension ergon_image {
  /// The message, whose place is a fixed array of characters.
  fileprivate var text: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
