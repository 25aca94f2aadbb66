import CLua
import CLuaShim

/// Kinds of Lua values.
public enum LuaKind: Int32, Sendable {
    case none = -1
    case `nil` = 0
    case boolean, lightUserdata, number, string, table, function, userdata, thread
}

/// One Lua state and everything the host keeps for it. Lives on its engine's thread and never leaves it.
///
/// Methods work on the stack of the coroutine that is running (`current`). None of them can raise: whatever in Lua's
/// API could is done in C wrappers, or avoided by raw access, and the allocator refuses nothing while Swift runs.
public final class LuaState {
    let main: OpaquePointer
    var current: OpaquePointer
    let releases = LuaReleases()
    var hostFunctions: [HostFunction] = []
    var metatables: [ObjectIdentifier: Int32] = [:]
    var types: [LuaTypeDescriptor] = []
    var arrayMetatable: Int32 = 0
    /// A push found no room on the stack, see `ensureStack`.
    var hasOverflowed = false
    public let limits: LuaLimits
    /// What this state's capabilities are; nil: all.
    public var capabilities: Set<LuaCapability>?
    /// The manifest line to add, for the error of a missing capability.
    public var capabilityHint: @Sendable (LuaCapability) -> String = { "add \"\($0)\" to capabilities in pack.lua" }
    /// Called on the state's thread after an invocation ended.
    public var onInvocationEnd: ((LuaState) -> Void)?
    /// Called on the state's thread when an invocation went past its limits.
    public var onBreach: ((LuaBreach) -> Void)?
    /// Where its use is noted, and how much memory was noted last.
    var account: LuaAccount?
    var notedMemory = 0
    let gauge = LuaGauge()
    /// Called on the state's thread with the number of each invocation that ended, however it did.
    public var invocationEnded: ((UInt64) -> Void)?
    /// The host's context of this state, for bindings.
    public var owner: AnyObject?
    let scheduler = LuaScheduler()
    /// The engine that runs this state; operations come back through it.
    weak var engine: LuaEngine?
    /// Counts what the state waits for.
    var work: WorkCount?

    struct HostFunction {
        let name: String
        let body: @Sendable (LuaState, String) throws -> LuaReturn
    }

    /// Whether the state runs what the operator does not trust. Before Lua 5.4.5 it has no `__close` then.
    public let isConfined: Bool

    /// Opens a state with the allowed libraries, behind every fence that the linked Lua needs.
    ///
    /// - Parameter confined: whether it is to run what the operator does not trust.
    /// - Throws: a `MemoryError` where memory does not suffice, a `HostError` where the linked Lua cannot be used.
    public convenience init(limits: LuaLimits = LuaLimits(), confined: Bool = false) throws(LuaError) {
        try self.init(limits: limits, confined: confined, without: [])
    }

    /// - Parameter without: fences to leave out. A script can crash the process then.
    package init(limits: LuaLimits, confined: Bool, without: LuaFences) throws(LuaError) {
        self.limits = limits
        isConfined = confined
        let release = try LuaRelease.usable(LuaRelease.linkedIdent)
        let fences = LuaFences.needed(by: release, confined: confined).subtracting(without)
        let state = try LuaState.open(limits, fences, confined)
        main = state
        current = state
        mt_set_host(state, Unmanaged.passUnretained(self).toOpaque())
        mt_open_libraries(state)
        pushTable(hash: 1)
        push("array")
        setField("__name")
        arrayMetatable = mt_ref(current)
    }

    private static func open(
        _ limits: LuaLimits, _ fences: LuaFences, _ confined: Bool
    ) throws(LuaError) -> OpaquePointer {
        var callbacks = LuaState.callbacks
        var failure: Int32 = 0
        if let state = mt_open(limits.memory, fences.rawValue, &callbacks, nil, &failure) { return state }
        guard failure == MT_NAMES_STAND else { throw LuaError("MemoryError", "no memory for a Lua state") }
        if !confined { return try open(limits, fences.subtracting(.concat), true) }
        throw LuaError(
            "HostError",
            "this build of \(LuaRelease.linked?.description ?? "Lua") has bugs that Moontide cannot fence: confined packs "
                + "need \(LuaRelease.clean) or later")
    }

    deinit {
        releases.close()
        scheduler.forget(self)
        account?.memoryChanged(by: -notedMemory)
        mt_close(main)
    }

    /// Bytes of Lua memory in use.
    public var memoryInUse: Int { Int(mt_memory_of(main).used) }

    /// The most that was ever in use.
    public var peakMemory: Int { Int(mt_memory_of(main).peak) }

    /// The cap, for tests that move it.
    var memoryCap: Int {
        get { Int(mt_memory_of(main).cap) }
        set { mt_set_cap(main, max(0, newValue)) }
    }

    /// Collects all garbage at once.
    func collect() { _ = mt_collect(main) }

    /// The part of `memoryInUse` that the host keeps for the scripts: values behind handles, what is parked and registered.
    public var keptMemory: Int { Int(mt_memory_of(main).kept) }

    /// Charges what the host keeps for the scripts to the memory cap; negative: it has let go of it. Past the cap the
    /// running script gets "not enough memory" at its next instruction, unless a collection helps.
    public func charge(_ bytes: Int) { mt_charge(current, bytes) }

    func noteMemory() {
        let used = memoryInUse
        account?.memoryChanged(by: used - notedMemory)
        notedMemory = used
        gauge.memory = used
    }

    /// The release of the linked library, for example "Lua 5.4.4".
    public static var release: String { LuaRelease.linked?.description ?? "Lua ?" }

    // MARK: Looking at the stack

    public var top: Int32 { lua_gettop(current) }
    public func absolute(_ index: Int32) -> Int32 { lua_absindex(current, index) }
    public func type(at index: Int32) -> LuaKind { LuaKind(rawValue: lua_type(current, index)) ?? .none }
    public func boolean(at index: Int32) -> Bool { lua_toboolean(current, index) != 0 }
    public func isNull(at index: Int32) -> Bool { mt_is_null(current, index) != 0 }
    public func isNilOrNone(at index: Int32) -> Bool { lua_type(current, index) <= 0 }

    /// An integer, or a number or text that is one.
    public func integer(at index: Int32) -> Int64? {
        var ok: Int32 = 0
        let value = mt_to_integer(current, index, &ok)
        return ok != 0 ? Int64(value) : nil
    }

    /// The integer at `index` if Lua holds it as one.
    public func exactInteger(at index: Int32) -> Int64? {
        lua_isinteger(current, index) != 0 ? integer(at: index) : nil
    }

    public func number(at index: Int32) -> Double? {
        var ok: Int32 = 0
        let value = mt_to_number(current, index, &ok)
        return ok != 0 ? value : nil
    }

    /// The string at `index`, invalid UTF-8 repaired; numbers are converted unless told not to.
    public func string(at index: Int32, converting: Bool = true) -> String? {
        withBytes(at: index, converting: converting) { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of the string at `index`, valid in the closure.
    public func withBytes<R>(at index: Int32, converting: Bool = true, _ body: (UnsafeRawBufferPointer) -> R) -> R? {
        let kind = type(at: index)
        guard kind == .string || (converting && kind == .number) else { return nil }
        var length = 0
        if kind == .number {
            ensureStack(1)
            lua_pushvalue(current, index)
            defer { pop() }
            guard let bytes = lua_tolstring(current, -1, &length) else { return nil }
            return body(UnsafeRawBufferPointer(start: bytes, count: length))
        }
        guard let bytes = lua_tolstring(current, index, &length) else { return nil }
        return body(UnsafeRawBufferPointer(start: bytes, count: length))
    }

    /// What stands at `index`, for error texts: `a table`, `nil`, `Message`.
    public func describe(at index: Int32) -> String {
        switch type(at: index) {
        case .none: return "nothing"
        case .nil: return "nil"
        case .boolean: return "a boolean"
        case .lightUserdata: return "null"
        case .number: return "a number"
        case .string: return "a string"
        case .table: return "a table"
        case .function: return "a function"
        case .thread: return "a coroutine"
        case .userdata: return box(at: index).map { LuaState.withArticle($0.descriptor.name) } ?? "a userdata"
        }
    }

    static func withArticle(_ noun: String) -> String {
        (noun.first.map { "AEIOUaeiou".contains($0) } == true ? "an " : "a ") + noun
    }

    // MARK: Pushing

    /// Makes room for further values. A host function has room for 24; whoever pushes more, or pushes in recursion,
    /// asks first and pushes nothing more when the answer is false. The running call then raises "stack overflow".
    @discardableResult public func ensureStack(_ slots: Int32) -> Bool {
        if lua_checkstack(current, slots) != 0 { return true }
        hasOverflowed = true
        return false
    }
    public func pop(_ count: Int32 = 1) { mt_pop(current, count) }
    public func pushNil() { lua_pushnil(current) }
    public func pushNull() { mt_push_null(current) }
    public func push(_ value: Bool) { lua_pushboolean(current, value ? 1 : 0) }
    public func push(_ value: Int64) { lua_pushinteger(current, lua_Integer(value)) }
    public func push(_ value: Double) { lua_pushnumber(current, value) }
    public func push(_ value: String) {
        var value = value
        value.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) { lua_pushlstring(current, $0.baseAddress, $0.count) }
        }
    }
    public func push(bytes: UnsafeRawBufferPointer) {
        _ = lua_pushlstring(current, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    public func pushCopy(of index: Int32) { lua_pushvalue(current, index) }
    public func pushTable(array: Int = 0, hash: Int = 0) {
        lua_createtable(current, Int32(clamping: min(array, 1 << 20)), Int32(clamping: min(hash, 1 << 20)))
    }
    /// Pushes the referenced value, or nil when its state is gone or another.
    public func push(_ reference: LuaReference) {
        if reference.releases === releases { mt_push_ref(current, reference.number) } else { pushNil() }
    }
    /// Replaces the value at `index` by the one on top, and pops that.
    public func replace(at index: Int32) { mt_replace(current, index) }
    public func pushGlobals() { mt_push_globals(current) }

    // MARK: Tables, always raw

    /// Pushes `table[name]`.
    @discardableResult public func getField(_ name: String, of index: Int32) -> LuaKind {
        let index = absolute(index)
        push(name)
        return LuaKind(rawValue: lua_rawget(current, index)) ?? .nil
    }
    /// `table.name = top`, table below it; pops the value.
    public func setField(_ name: String) {
        push(name)
        mt_insert(current, -2)
        lua_rawset(current, -3)
    }
    /// `table[number] = top`, table below it; pops the value.
    public func setIndex(_ number: Int64) { lua_rawseti(current, -2, lua_Integer(number)) }
    /// Pushes `table[number]`.
    @discardableResult public func getIndex(_ number: Int64, of index: Int32) -> LuaKind {
        LuaKind(rawValue: lua_rawgeti(current, index, lua_Integer(number))) ?? .nil
    }
    /// `table[key] = value`: table, key, value on top. A nil or NaN key is dropped.
    public func rawSet() {
        let bad = lua_type(current, -2) <= 0 || (type(at: -2) == .number && number(at: -2)?.isNaN == true)
        if bad { pop(2) } else { lua_rawset(current, -3) }
    }
    public func rawLength(at index: Int32) -> Int { Int(mt_raw_length(current, index)) }
    /// The next pair after the key on top: replaces it by key and value. False at the end, the key popped.
    public func next(_ index: Int32) -> Bool { lua_next(current, index) != 0 }
    public func setMetatable(_ reference: Int32) {
        mt_push_ref(current, reference)
        lua_setmetatable(current, -2)
    }
    /// Marks the table on top as a JSON array.
    public func markArray() { setMetatable(arrayMetatable) }
    /// Whether the table has the array mark.
    public func isArray(at index: Int32) -> Bool {
        guard lua_getmetatable(current, index) != 0 else { return false }
        mt_push_ref(current, arrayMetatable)
        let same = lua_rawequal(current, -1, -2) != 0
        pop(2)
        return same
    }
    /// What tells one table, function or coroutine from another; nil for plain values.
    public func identity(at index: Int32) -> UnsafeRawPointer? {
        lua_topointer(current, index).map { UnsafeRawPointer($0) }
    }
    /// A bound object in a few words: `<Member ann>`; nil for other values.
    public func summary(at index: Int32) -> String? {
        guard let box = box(at: index) else { return nil }
        let text = box.descriptor.operators.tostring?(box) ?? ""
        let line = text.prefix(80).map { $0.isNewline ? " " : String($0) }.joined()
        return line.isEmpty ? "<\(box.descriptor.name)>" : "<\(box.descriptor.name) \(line)>"
    }
    /// A string member of a table, read raw.
    public func stringMember(_ name: String, at index: Int32) -> String? {
        guard type(at: index) == .table else { return nil }
        getField(name, of: index)
        defer { pop() }
        return string(at: -1, converting: false)
    }

    // MARK: References and globals

    /// A reference to the value at `index`.
    public func reference(at index: Int32) -> LuaReference {
        lua_pushvalue(current, index)
        return LuaReference(number: mt_ref(current), releases: releases)
    }
    func releaseDead() {
        for number in releases.take() { mt_unref(main, number) }
    }
    /// Sets a global to the value on top and pops it; raw.
    public func setGlobal(_ name: String) {
        pushGlobals()
        mt_insert(current, -2)
        setField(name)
        pop()
    }
    /// Pushes a global; raw.
    @discardableResult public func getGlobal(_ name: String) -> LuaKind {
        pushGlobals()
        let kind = getField(name, of: -1)
        mt_remove(current, -2)
        return kind
    }

    // MARK: Objects

    func push(box: LuaBox) {
        ensureStack(8)
        let reference = metatable(of: box.descriptor)
        mt_push_object(current, Unmanaged.passRetained(box).toOpaque(), 0, box.cost)
        setMetatable(reference)
    }

    func box(at index: Int32) -> LuaBox? {
        var kind: Int32 = 0
        guard let object = mt_to_object(current, index, &kind) else { return nil }
        return Unmanaged<LuaBox>.fromOpaque(object).takeUnretainedValue()
    }

    /// The bound object of this type at `index`.
    public func object<Value: LuaBound>(_: Value.Type, at index: Int32) -> Value? {
        guard let box = box(at: index), box.holds(Value.self) else { return nil }
        return box.value(Value.self)
    }

    /// The descriptor of the bound object at `index`.
    public func descriptor(at index: Int32) -> LuaTypeDescriptor? { box(at: index)?.descriptor }

    func receiver<Value: LuaBound>(_: Value.Type, _ function: String) throws(LuaError) -> Value {
        if let box = box(at: 1), box.holds(Value.self) { return box.value(Value.self) }
        let method = function.split(separator: ":").last.map(String.init) ?? function
        throw LuaError(
            "TypeError", bases: [LuaError.rootName],
            "bad self to '\(function)' (\(Value.luaExpectation) expected, got \(describe(at: 1))): write object:\(method)(…) with a colon"
        )
    }

    /// Refuses what the state's capabilities do not open.
    public func check(_ capability: LuaCapability, for function: String) throws(LuaError) {
        guard let granted = capabilities, !granted.contains(capability) else { return }
        throw LuaError(
            "CapabilityError", bases: [LuaError.rootName],
            "'\(function)' needs the capability \"\(capability)\": \(capabilityHint(capability))")
    }

    // MARK: Functions

    /// Pushes a host function.
    public func pushFunction(_ name: String, _ body: @escaping @Sendable (LuaState) throws -> LuaReturn) {
        hostFunctions.append(HostFunction(name: name) { state, _ in try body(state) })
        mt_push_function(current, Int32(hostFunctions.count - 1))
    }

    func push(entry: LuaEntry, of owner: String) {
        mt_push_function(current, number(of: entry, owner))
    }

    func number(of entry: LuaEntry, _ owner: String) -> Int32 {
        let separator = entry.kind == .method ? ":" : entry.kind == .function ? "." : "."
        let name = owner.isEmpty ? entry.name : owner + separator + entry.name
        hostFunctions.append(HostFunction(name: name, body: entry.body))
        return Int32(hostFunctions.count - 1)
    }

    /// Pushes a module's functions as a table.
    public func push(module: LuaModule) {
        pushTable(hash: module.functions.count)
        for function in module.functions {
            push(entry: function.entry, of: module.name)
            setField(function.name)
        }
    }
}
