/// A height and a width, as of a window or its step; a single number stands for both.
///
/// ```swift
/// x.maxPool2d(2)
/// x.conv2d(w, stride: Extent(height: 1, width: 2))
/// ```
public struct Extent: Sendable, Hashable, Codable, ExpressibleByIntegerLiteral,
  CustomStringConvertible
{
  public var height: Int
  public var width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Equal height and width.
  public init(_ side: Int) { self.init(height: side, width: side) }
  public init(integerLiteral side: Int) { self.init(side) }

  public var description: String { "\(height) x \(width)" }
}

/// The rows and columns of zeros that a window may reach beyond an image.
public enum Padding: Sendable, Hashable {
  /// None: windows lie inside the image.
  case valid
  /// As many as make the result size / stride, rounded up; an odd one comes last.
  case same
  case explicit(top: Int, left: Int, bottom: Int, right: Int)

  /// The same number on each side.
  public static func symmetric(_ size: Extent) -> Padding {
    .explicit(top: size.height, left: size.width, bottom: size.height, right: size.width)
  }
}

/// How a window walks along one axis of an image.
struct WindowWalk {
  let before: Int
  let outputs: Int

  /// - Parameters:
  ///   - span: The window's length with its gaps.
  ///   - explicit: Zeros before and after the image, where they are given.
  init(size: Int, span: Int, stride: Int, padding: Padding, explicit: (Int, Int)?) {
    switch padding {
    case .valid:
      before = 0
      outputs = size < span ? 0 : (size - span) / stride + 1
    case .same:
      outputs = (size + stride - 1) / stride
      before = max((outputs - 1) * stride + span - size, 0) / 2
    case .explicit:
      let (first, last) = explicit!
      before = first
      let padded = size + first + last
      outputs = padded < span ? 0 : (padded - span) / stride + 1
    }
  }

  /// The walks over the height and the width.
  static func both(
    of shape: Shape, window: Extent, stride: Extent, dilation: Extent, padding: Padding,
    _ operation: StaticString
  ) -> (height: WindowWalk, width: WindowWalk) {
    precondition(
      stride.height > 0 && stride.width > 0 && dilation.height > 0 && dilation.width > 0
        && window.height > 0 && window.width > 0,
      "\(operation): window \(window), stride \(stride) and dilation \(dilation) must be positive")
    var (vertical, horizontal): ((Int, Int)?, (Int, Int)?) = (nil, nil)
    if case .explicit(let top, let left, let bottom, let right) = padding {
      precondition(
        top >= 0 && left >= 0 && bottom >= 0 && right >= 0, "\(operation): negative padding")
      (vertical, horizontal) = ((top, bottom), (left, right))
    }
    let span = Extent(
      height: dilation.height * (window.height - 1) + 1,
      width: dilation.width * (window.width - 1) + 1)
    let walks = (
      height: WindowWalk(
        size: shape[1], span: span.height, stride: stride.height, padding: padding,
        explicit: vertical),
      width: WindowWalk(
        size: shape[2], span: span.width, stride: stride.width, padding: padding,
        explicit: horizontal)
    )
    precondition(
      walks.height.outputs > 0 && walks.width.outputs > 0,
      "\(operation): a window of \(span) does not fit into \(shape) with padding \(padding)")
    return walks
  }
}
