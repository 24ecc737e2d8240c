/// Keeps a power series in bounded memory.
///
/// When it is full, neighbouring points are joined in pairs, and from then on each new point joins
/// twice as many samples. Energy is what is kept exactly: power times time, summed over a channel,
/// is the channel's energy whatever was joined.
package struct PowerRecorder: Sendable {
  private struct Channel: Sendable {
    var counter: String
    var component: EnergyComponent
    /// Joules by point; a point in which the channel gave no figure holds NaN.
    var energy: [Double]
    var pending = 0.0
    var hasPending = false
  }

  private let capacity: Int
  private var ends: [Double] = []
  private var begin: Double?
  private var channels: [Channel] = []
  private var stride = 1
  private var joined = 0

  /// - Precondition: `capacity` is even and at least 2.
  package init(capacity: Int = 100_000) {
    precondition(capacity >= 2 && capacity % 2 == 0, "PowerRecorder: capacity must be even")
    self.capacity = capacity
  }

  /// Adds the step between two samples.
  package mutating func append(_ components: [ComponentReading], from: Double, to: Double) {
    if begin == nil { begin = from }
    for component in components {
      guard let joules = (component.total ?? component.dynamic)?.best.value else { continue }
      let index = index(of: component)
      channels[index].pending += joules
      channels[index].hasPending = true
    }
    joined += 1
    if joined == stride { flush(at: to) }
  }

  /// Closes a point that has not all its samples yet.
  package mutating func finish(at time: Double) {
    if joined > 0 { flush(at: time) }
  }

  private mutating func flush(at time: Double) {
    ends.append(time)
    for index in channels.indices {
      channels[index].energy.append(
        channels[index].hasPending ? channels[index].pending : .nan)
      channels[index].pending = 0
      channels[index].hasPending = false
    }
    joined = 0
    if ends.count >= capacity { halve() }
  }

  private mutating func halve() {
    for index in channels.indices {
      channels[index].energy = Swift.stride(from: 0, to: capacity, by: 2).map {
        Self.sum(channels[index].energy[$0], channels[index].energy[$0 + 1])
      }
    }
    ends = Swift.stride(from: 1, to: capacity, by: 2).map { ends[$0] }
    stride *= 2
  }

  /// NaN is "no figure", so it adds nothing.
  private static func sum(_ a: Double, _ b: Double) -> Double {
    a.isNaN ? b : b.isNaN ? a : a + b
  }

  private mutating func index(of component: ComponentReading) -> Int {
    if let index = channels.firstIndex(where: { $0.counter == component.counter }) { return index }
    channels.append(
      Channel(
        counter: component.counter, component: component.component,
        energy: Array(repeating: .nan, count: ends.count)))
    return channels.count - 1
  }

  /// The series, times counted from `origin`; a channel is 0 W where it gave no figure.
  package func series(since origin: Double) -> PowerSeries {
    var steps: [Double] = []
    var last = begin ?? origin
    for end in ends {
      steps.append(end - last)
      last = end
    }
    return PowerSeries(
      time: ends.map { $0 - origin },
      channels: channels.map { channel in
        PowerSeries.Channel(
          counter: channel.counter, component: channel.component,
          powerW: zip(channel.energy, steps).map { energy, step in
            energy.isNaN || step <= 0 ? 0 : energy / step
          })
      })
  }
}
