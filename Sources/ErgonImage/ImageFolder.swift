public import ErgonData

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A data set kept as a folder with one folder of PNG and JPEG files a class.
///
/// ```swift
/// let tiles = try ImageFolder.load("tiles", width: 64, height: 64, channels: 3)
/// tiles.classNames   // ["empty", "panels"], the folders' names in order
/// ```
public enum ImageFolder {
  /// The images of all folders, brought to one size and number of channels.
  ///
  /// Classes and files come in the order of their names; hidden ones and other files are passed
  /// over.
  ///
  /// - Parameter limit: The most bytes of pixels to hold.
  /// - Throws: `DataError` when the folder cannot be read or has no images, when one of them is
  ///   damaged, and when together they are too large.
  /// - Precondition: the sizes are positive, and the channels 1 or 3.
  public static func load(
    _ path: String, width: Int, height: Int, channels: Int = 3, limit: Int = 1 << 31
  ) throws(DataError) -> LabelledImages {
    precondition(
      width > 0 && height > 0 && (channels == 1 || channels == 3),
      "ImageFolder: images of [\(height), \(width), \(channels)]")
    let classNames = try names(in: path).filter { (try? names(in: "\(path)/\($0)")) != nil }
    var builder = ImageSetBuilder(
      source: path, width: width, height: height, channels: channels, limit: limit)
    for (label, name) in classNames.enumerated() {
      let folder = "\(path)/\(name)"
      for file in try names(in: folder) where ImageFormat(path: file) != nil {
        try builder.append(Image(path: "\(folder)/\(file)"), label: label)
      }
    }
    return try builder.finish(classNames: classNames)
  }

  /// The images of an archive in which every class has a folder, whatever lies above it.
  ///
  /// ```swift
  /// let letters = try ImageFolder.load(
  ///   archive: ZipArchive(path: "images_background_small1.zip"), width: 28, height: 28, channels: 1)
  /// letters.classNames[0]   // "images_background_small1/Balinese/character01"
  /// ```
  ///
  /// - Parameter limit: The most bytes of pixels to hold.
  /// - Throws: `DataError`, as for a folder.
  /// - Precondition: the sizes are positive, and the channels 1 or 3.
  public static func load(
    archive: ZipArchive, width: Int, height: Int, channels: Int = 3, limit: Int = 1 << 31
  ) throws(DataError) -> LabelledImages {
    precondition(
      width > 0 && height > 0 && (channels == 1 || channels == 3),
      "ImageFolder: images of [\(height), \(width), \(channels)]")
    let entries = archive.entries.filter {
      $0.name.contains("/") && ImageFormat(path: $0.name) != nil
    }
    let classes = Dictionary(grouping: entries) { entry in
      String(entry.name[..<(entry.name.lastIndex(of: "/") ?? entry.name.startIndex)])
    }
    let classNames = classes.keys.sorted()
    var builder = ImageSetBuilder(
      source: archive.name, width: width, height: height, channels: channels, limit: limit)
    for (label, name) in classNames.enumerated() {
      for entry in (classes[name] ?? []).sorted(by: { $0.name < $1.name }) {
        let source = "\(archive.name): \(entry.name)"
        try builder.append(Image(bytes: archive.bytes(of: entry), name: source), label: label)
      }
    }
    return try builder.finish(classNames: classNames)
  }

  private static func names(in folder: String) throws(DataError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw .cannotOpen(path: folder, reason: "it is no folder that can be read; check the name")
    }
  }
}

/// Gathers images one by one into a set of one size.
struct ImageSetBuilder {
  let source: String
  let width: Int
  let height: Int
  let channels: Int
  let limit: Int
  private var pixels: [UInt8] = []
  private var labels: [Int32] = []

  init(source: String, width: Int, height: Int, channels: Int, limit: Int) {
    self.source = source
    self.width = width
    self.height = height
    self.channels = channels
    self.limit = limit
  }

  mutating func append(_ image: Image, label: Int) throws(DataError) {
    let coloured = channels == 1 ? image.grayscale() : image.rgb()
    guard pixels.count + width * height * channels <= limit else {
      throw .overLimit(source: source, what: "the size of its images", limit: limit)
    }
    let isLarger = image.width < width || image.height < height
    pixels +=
      image.width == width && image.height == height
      ? coloured.pixels
      : coloured.resized(
        width: width, height: height, method: isLarger ? .bilinear : .area
      ).pixels
    labels.append(Int32(label))
  }

  consuming func finish(classNames: [String]) throws(DataError) -> LabelledImages {
    guard !labels.isEmpty else {
      throw .malformedBytes(
        source: source, offset: nil, reason: "no PNG or JPEG in a folder of its class")
    }
    return LabelledImages(
      height: height, width: width, channels: channels, pixels: pixels, labels: labels,
      classNames: classNames)
  }
}
