#if os(macOS)
  import CoreFoundation
  import Darwin
  import Synchronization

  /// Apple's "Energy Model" channels: processor, graphics, neural engine and memory of the chip.
  ///
  /// The library is private, so it is looked up at run time and its absence is an answer like any
  /// other. Only whole parts are read; the hundreds of channels of single cores lie inside them.
  final class IOReportSource: EnergySource {
    static let name = "ioreport"
    static let title = "Apple energy model"

    private typealias CopyChannels =
      @convention(c) (CFString?, CFString?, UInt64, UInt64, UInt64)
      -> Unmanaged<CFMutableDictionary>?
    private typealias CreateSubscription =
      @convention(c) (
        UnsafeMutableRawPointer?, CFMutableDictionary,
        UnsafeMutablePointer<Unmanaged<CFMutableDictionary>?>?, UInt64, CFTypeRef?
      ) -> UnsafeMutableRawPointer?
    private typealias CreateSamples =
      @convention(c) (UnsafeMutableRawPointer?, CFMutableDictionary?, CFTypeRef?)
      -> Unmanaged<CFDictionary>?
    private typealias ChannelText = @convention(c) (CFDictionary) -> Unmanaged<CFString>?
    private typealias ChannelValue =
      @convention(c) (CFDictionary, UnsafeMutablePointer<Int32>?) -> Int64

    /// What only one thread may touch at a time.
    private struct Reader: @unchecked Sendable {
      let createSamples: CreateSamples
      let channelName: ChannelText
      let unitLabel: ChannelText
      let value: ChannelValue
      let subscription: UnsafeMutableRawPointer
      let channels: CFMutableDictionary

      /// Every channel's name, unit and total, by name.
      func sample() -> [String: (unit: String, value: Int64)] {
        guard let samples = createSamples(subscription, channels, nil)?.takeRetainedValue(),
          let key = CFStringCreateWithCString(
            nil, "IOReportChannels", CFStringBuiltInEncodings.UTF8.rawValue),
          let raw = CFDictionaryGetValue(samples, Unmanaged.passUnretained(key).toOpaque())
        else { return [:] }
        let list = Unmanaged<CFArray>.fromOpaque(raw).takeUnretainedValue()
        var totals: [String: (unit: String, value: Int64)] = [:]
        for index in 0..<CFArrayGetCount(list) {
          guard let item = CFArrayGetValueAtIndex(list, index) else { continue }
          let channel = Unmanaged<CFDictionary>.fromOpaque(item).takeUnretainedValue()
          guard let name = IOReportSource.text(channelName(channel)) else { continue }
          guard IOReportSource.part(of: name) != nil else { continue }
          totals[name] = (IOReportSource.text(unitLabel(channel)) ?? "", value(channel, nil))
        }
        return totals
      }
    }

    var name: String { Self.name }
    let counters: [EnergyCounter]
    private let channels: [String]
    private let reader: Mutex<Reader>

    private init(counters: [EnergyCounter], channels: [String], reader: Reader) {
      self.counters = counters
      self.channels = channels
      self.reader = Mutex(reader)
    }

    func read(_ samples: inout [CounterSample]) {
      let totals = reader.withLock { $0.sample() }
      for (index, channel) in channels.enumerated() {
        if let total = totals[channel], total.value >= 0 {
          samples[index] = .energy(ticks: UInt64(total.value))
        } else {
          samples[index] = .unreadable("no value for channel \(channel)")
        }
      }
    }

    static func discover(_ host: Host) -> Discovery {
      var report = SourceReport(
        name: name, title: title, isFound: false, isUsable: false,
        reason: "this macOS offers no energy model")
      guard host.isLive, let reader = open() else { return Discovery(report) }
      report.isFound = true
      let totals = reader.sample()
      var chosen: [(channel: String, counter: EnergyCounter)] = []
      for channel in totals.keys.sorted() {
        guard let total = totals[channel], let joules = unit(total.unit),
          let (part, component) = part(of: channel)
        else { continue }
        // `GPU Energy` and `GPU` are one thing in two units; the finer one sorts last and wins.
        chosen.removeAll { $0.counter.name == part }
        chosen.append(
          (
            channel,
            EnergyCounter(
              name: part, component: component,
              reading: .energy(joulesPerTick: joules, range: nil), maximumPower: Watts(400),
              error: .relative(0.15), provenance: Provenance(.measured, source: "IOReport"),
              resolution: Joules(joules >= 1e-3 ? 1 : 0.05))
          ))
      }
      guard !chosen.isEmpty else {
        report.reason = "the energy model has no channel for a whole part of the chip"
        return Discovery(report)
      }
      report.isUsable = true
      report.counters = chosen.map(\.counter)
      report.reason = "channels: \(chosen.map(\.channel).joined(separator: ", "))"
      return Discovery(
        report,
        source: IOReportSource(
          counters: chosen.map(\.counter), channels: chosen.map(\.channel), reader: reader))
    }

    /// The part a channel counts as a whole, with its die on chips that have two.
    private static func part(of channel: String) -> (name: String, EnergyComponent)? {
      var rest = Substring(channel)
      var die = ""
      if rest.hasPrefix("DIE_"), let end = rest.dropFirst(4).firstIndex(of: "_") {
        die = "-die-\(rest[rest.index(rest.startIndex, offsetBy: 4)..<end])"
        rest = rest[rest.index(after: end)...]
      }
      switch rest {
      case "CPU Energy": return ("cpu\(die)", .cpu)
      case "GPU Energy", "GPU": return ("gpu\(die)", .gpu)
      case "ANE Energy", "ANE": return ("ane\(die)", .accelerator)
      case "DRAM Energy", "DRAM": return ("dram\(die)", .memory)
      default: return nil
      }
    }

    private static func unit(_ label: String) -> Double? {
      switch label.filter({ $0 != " " }) {
      case "J": 1
      case "mJ": 1e-3
      case "uJ": 1e-6
      case "nJ": 1e-9
      default: nil
      }
    }

    private static func text(_ string: Unmanaged<CFString>?) -> String? {
      guard let string = string?.takeUnretainedValue() else { return nil }
      var buffer = [CChar](repeating: 0, count: 128)
      guard
        CFStringGetCString(
          string, &buffer, buffer.count, CFStringBuiltInEncodings.UTF8.rawValue)
      else { return nil }
      return String(
        decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func open() -> Reader? {
      guard let library = dlopen("/usr/lib/libIOReport.dylib", RTLD_LAZY),
        let copy = dlsym(library, "IOReportCopyChannelsInGroup"),
        let subscribe = dlsym(library, "IOReportCreateSubscription"),
        let sample = dlsym(library, "IOReportCreateSamples"),
        let name = dlsym(library, "IOReportChannelGetChannelName"),
        let unit = dlsym(library, "IOReportChannelGetUnitLabel"),
        let value = dlsym(library, "IOReportSimpleGetIntegerValue"),
        let group = CFStringCreateWithCString(
          nil, "Energy Model", CFStringBuiltInEncodings.UTF8.rawValue),
        let channels = unsafeBitCast(copy, to: CopyChannels.self)(group, nil, 0, 0, 0)?
          .takeRetainedValue()
      else { return nil }
      var subscribed: Unmanaged<CFMutableDictionary>?
      guard
        let subscription = unsafeBitCast(subscribe, to: CreateSubscription.self)(
          nil, channels, &subscribed, 0, nil)
      else { return nil }
      return Reader(
        createSamples: unsafeBitCast(sample, to: CreateSamples.self),
        channelName: unsafeBitCast(name, to: ChannelText.self),
        unitLabel: unsafeBitCast(unit, to: ChannelText.self),
        value: unsafeBitCast(value, to: ChannelValue.self), subscription: subscription,
        channels: subscribed?.takeUnretainedValue() ?? channels)
    }
  }
#endif
