import CLuaShim

/// A release of Lua 5.4, as the library itself tells it.
///
/// What is linked is the system's library, with the bugs of its release. `LuaFence` says which fences stand against
/// them; releases with more bugs than there are fences for are refused.
public struct LuaRelease: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 5 and 4 for all that can be used.
    public let major: Int
    public let minor: Int
    /// The 7 of 5.4.7.
    public let patch: Int

    public init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `lua_ident`, for example `$LuaVersion: Lua 5.4.4  Copyright (C) 1994-2022 Lua.org, PUC-Rio $`. Debian's
    /// packages say the release they are made from; what their patches mend is fenced all the same. Nil for other texts.
    public init?(ident: String) {
        guard let mark = ident.firstRange(of: "Lua ") else { return nil }
        let digits = ident[mark.upperBound...].prefix { $0 == "." || ("0"..."9").contains($0) }
        let numbers = digits.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
            return nil
        }
        self.init(major, minor, patch)
    }

    public static func < (left: LuaRelease, right: LuaRelease) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    public var description: String { "Lua \(major).\(minor).\(patch)" }

    /// The release that a library's ident tells, if states of it may be opened.
    ///
    /// - Throws: a `HostError` that says what is wrong with the library and which to use.
    public static func usable(_ ident: String) throws(LuaError) -> LuaRelease {
        let need = "install Lua 5.4.8, or another of 5.4.4, 5.4.6 and 5.4.7"
        guard let release = LuaRelease(ident: ident) else {
            throw LuaError("HostError", "the linked Lua does not tell its release (\"\(ident.prefix(60))\"): \(need)")
        }
        guard release.major == 5, release.minor == 4 else {
            throw LuaError("HostError", "the linked library is \(release), Moontide runs on Lua 5.4: \(need)")
        }
        if release < LuaRelease(5, 4, 4) {
            throw LuaError("HostError", "\(release) has bugs that Moontide does not fence: \(need)")
        }
        if release == LuaRelease(5, 4, 5) {
            throw LuaError(
                "HostError", "\(release) closes coroutines by a call of its own, unlike every other release: \(need)")
        }
        return release
    }

    /// What the linked library calls itself.
    public static let linkedIdent = String(cString: mt_lua_ident())
    /// The linked library's release; nil where it tells none.
    public static let linked = LuaRelease(ident: linkedIdent)

    /// The first release without a bug that is known and that a script reaches, apart from those that none has mended.
    public static let clean = LuaRelease(5, 4, 8)

    /// What the program says at its start of a release with known bugs; nil where there is nothing to say.
    public func warning(hasConfinedPacks: Bool) -> String? {
        guard hasConfinedPacks, self < LuaRelease.clean else { return nil }
        let off = LuaFences.needed(by: self, confined: true).contains(.close)
        return "\(self) has known bugs that hostile scripts can use. Moontide fences those it knows"
            + (off ? "; `__concat` and `<close>` are off in confined packs. " : ". ")
            + "Use \(LuaRelease.clean) or later for packs you do not trust."
    }

    /// The warning of the linked library; nil where there is nothing to say.
    public static func warning(hasConfinedPacks: Bool) -> String? {
        linked?.warning(hasConfinedPacks: hasConfinedPacks)
    }
}
