import CErgonKernels

/// The sizes of one pooling of images.
struct Pool2D {
  var sizes: ek_pool2d_shape

  var imageShape: Shape { [sizes.batch, sizes.height, sizes.width, sizes.channels] }
  var resultShape: Shape { [sizes.batch, sizes.out_height, sizes.out_width, sizes.channels] }

  /// - Precondition: images [N, H, W, C].
  init(
    _ image: Shape, window: Extent, stride: Extent, padding: Padding, countsPadding: Bool,
    _ operation: StaticString
  ) {
    precondition(image.rank == 4, "\(operation): \(image): images [N, H, W, C] are due")
    let walk = WindowWalk.both(
      of: image, window: window, stride: stride, dilation: 1, padding: padding, operation)
    precondition(
      walk.height.before < window.height && walk.width.before < window.width,
      "\(operation): padding \(padding) leaves windows of \(window) outside \(image)")
    sizes = ek_pool2d_shape(
      batch: image[0], height: image[1], width: image[2], channels: image[3],
      kernel_height: window.height, kernel_width: window.width, stride_height: stride.height,
      stride_width: stride.width, pad_top: walk.height.before, pad_left: walk.width.before,
      out_height: walk.height.outputs, out_width: walk.width.outputs,
      count_padding: countsPadding)
  }

  /// The averages of the windows.
  func average<S: FloatScalar>(_: S.Type) -> LinearMap<S> {
    LinearMap(
      forward: { x in
        let x = x.contiguousValue
        return withUnsafePointer(to: sizes) { sizes in
          Tensor(shape: resultShape) { S._averagePool2d(sizes, x.start, $0) }
        }
      },
      transpose: { g in
        let g = g.contiguousValue
        return withUnsafePointer(to: sizes) { sizes in
          Tensor(shape: imageShape) { S._averagePool2dGradient(sizes, g.start, $0) }
        }
      })
  }

  /// The elements that lie at the given places of each image and channel.
  func picking<S: FloatScalar>(_ places: Tensor<Int32>) -> LinearMap<S> {
    LinearMap(
      forward: { x in
        let x = x.contiguousValue
        return Tensor(shape: resultShape) {
          S._takeAlong(
            sizes.batch, sizes.height * sizes.width, sizes.channels,
            sizes.out_height * sizes.out_width, places.start, x.start, $0)
        }
      },
      transpose: { g in
        let g = g.contiguousValue
        return withUnsafePointer(to: sizes) { sizes in
          Tensor(shape: imageShape) { S._maxPool2dGradient(sizes, g.start, places.start, $0) }
        }
      })
  }
}
