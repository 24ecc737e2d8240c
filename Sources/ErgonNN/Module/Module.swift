/// A part of a model: a plain struct or class whose parameters are found by their declarations.
///
/// Names are paths of properties, the order is that of declaration; modules in properties, arrays
/// and optionals are walked. Nothing is registered and no list is kept up to date by hand.
///
/// ```swift
/// struct Classifier: Module {
///   let hidden: Linear
///   let output: Linear
/// }
/// classifier.parameters().map(\.name)
/// // ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
/// ```
///
/// A module refers to its parameters: assigning it to another variable makes a second name for the
/// same weights. ``stateDictionary()`` is a snapshot that costs nothing until either side
/// changes, and ``load(_:)`` puts it into another module of the same make.
public protocol Module {}

extension Module {
  /// The learned arrays, in the order of declaration; one that is shared is listed once.
  ///
  /// - Cost: a walk by reflection, some microseconds a property: call it once, not in every step.
  public func parameters() -> [NamedVariable] { ModuleWalk(self).parameters }

  /// The arrays that are stored but not learned.
  public func buffers() -> [NamedVariable] { ModuleWalk(self).buffers }

  /// The number of learned numbers.
  public var parameterCount: Int { parameters().reduce(0) { $0 + $1.variable.value.count } }

  /// Leaves the parameters, or those whose name matches a pattern, out of gradients and of
  /// optimisers made from now on; `*` stands for any text.
  public func freeze(_ pattern: String = "*") { setTrainable(false, pattern) }

  /// Takes the parameters, or those whose name matches a pattern, back into learning.
  public func unfreeze(_ pattern: String = "*") { setTrainable(true, pattern) }

  private func setTrainable(_ isTrainable: Bool, _ pattern: String) {
    for parameter in parameters() where NamePattern(pattern).matches(parameter.name) {
      parameter.variable.isTrainable = isTrainable
    }
  }
}

/// One walk over a module's properties.
struct ModuleWalk {
  private(set) var parameters: [NamedVariable] = []
  private(set) var buffers: [NamedVariable] = []
  private var seen: Set<ObjectIdentifier> = []

  init(_ module: some Module) { visit(module, "") }

  private mutating func visit(_ value: Any, _ path: String) {
    if let found = value as? any ReflectedVariable {
      note(found, path)
    } else if let list = value as? Sequential {
      visit(each: Mirror(reflecting: list.layers).children, path)
    } else if let module = value as? any Module {
      visitProperties(of: module, path)
    } else {
      let mirror = Mirror(reflecting: value)
      switch mirror.displayStyle {
      case .optional: mirror.children.first.map { visit($0.value, path) }
      case .collection: visit(each: mirror.children, path)
      default: break
      }
    }
  }

  private mutating func visitProperties(of module: Any, _ path: String) {
    var mirror = Mirror(reflecting: module)
    if mirror.displayStyle == .class, !seen.insert(ObjectIdentifier(module as AnyObject)).inserted {
      return
    }
    var lineage = [mirror]
    while let parent = mirror.superclassMirror {
      mirror = parent
      lineage.append(mirror)
    }
    for mirror in lineage.reversed() {
      for child in mirror.children {
        guard let label = child.label else { continue }
        // The storage of a wrapped property is named after it with an underscore in front.
        let name = child.value is any ReflectedVariable ? String(label.dropFirst()) : label
        visit(child.value, path.isEmpty ? name : path + "." + name)
      }
    }
  }

  private mutating func visit(each children: Mirror.Children, _ path: String) {
    for (index, child) in children.enumerated() {
      visit(child.value, path.isEmpty ? "\(index)" : "\(path).\(index)")
    }
  }

  private mutating func note(_ found: any ReflectedVariable, _ path: String) {
    let variable = found.projectedValue
    guard variable.array != nil, seen.insert(ObjectIdentifier(variable)).inserted else { return }
    let named = NamedVariable(name: path, variable: variable)
    switch found.kind {
    case .parameter: parameters.append(named)
    case .buffer: buffers.append(named)
    }
  }
}
