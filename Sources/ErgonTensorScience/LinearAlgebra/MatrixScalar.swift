public import CErgonFourier
public import CErgonLAPACK
public import ComplexModule
public import ErgonTensor

/// An element of matrices that can be factored: `Float`, `Double` and complex numbers of either.
public protocol MatrixScalar: ArithmeticScalar {
  /// The type of absolute values.
  associatedtype RealType: ScienceScalar
  /// Whether the number is neither infinite nor not a number.
  var isFinite: Bool { get }
  static var _lapack: el_routines { get }
}

/// A real element that science works with: `Float` or `Double`.
public protocol ScienceScalar: FloatScalar, MatrixScalar where RealType == Self {
  static var _complexLapack: el_routines { get }
  static var _fourier: ef_routines { get }
}

extension Float: ScienceScalar {
  public typealias RealType = Float
  public static var _lapack: el_routines { el_f32 }
  public static var _complexLapack: el_routines { el_c64 }
  public static var _fourier: ef_routines { ef_f32 }
}

extension Double: ScienceScalar {
  public typealias RealType = Double
  public static var _lapack: el_routines { el_f64 }
  public static var _complexLapack: el_routines { el_c128 }
  public static var _fourier: ef_routines { ef_f64 }
}

extension Complex: MatrixScalar where RealType: ScienceScalar {
  public static var _lapack: el_routines { RealType._complexLapack }
}
