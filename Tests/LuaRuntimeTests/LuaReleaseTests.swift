import Testing

@testable import LuaRuntime

/// Which library may be linked, and which fences it needs.
@Suite struct LuaReleaseTests {
    static func ident(_ release: String) -> String {
        "$LuaVersion: Lua \(release)  Copyright (C) 1994-2022 Lua.org, PUC-Rio $"
            + "$LuaAuthors: R. Ierusalimschy, L. H. de Figueiredo, W. Celes $"
    }

    @Test(arguments: [
        ("5.4.4", LuaRelease(5, 4, 4)), ("5.4.8", LuaRelease(5, 4, 8)), ("5.4.10", LuaRelease(5, 4, 10)),
        ("5.3.6", LuaRelease(5, 3, 6)), ("5.5.0", LuaRelease(5, 5, 0)),
    ])
    func aReleaseIsReadFromTheIdent(_ text: String, _ expected: LuaRelease) {
        #expect(LuaRelease(ident: Self.ident(text)) == expected)
    }

    @Test(arguments: ["", "Lua", "Lua 5.4", "$LuaVersion: Lua 5.4. $", "Lua five", "Lua 5.4.99999999999999999999 "])
    func aTextThatTellsNoReleaseIsNone(_ text: String) { #expect(LuaRelease(ident: text) == nil) }

    @Test func theLinkedLibraryTellsItsRelease() throws {
        #expect(try LuaRelease.usable(LuaRelease.linkedIdent) == LuaRelease.linked)
    }

    @Test(arguments: ["5.4.4", "5.4.6", "5.4.7", "5.4.8", "5.4.9"])
    func theseReleasesAreTaken(_ text: String) throws {
        #expect(try LuaRelease.usable(Self.ident(text)).description == "Lua " + text)
    }

    @Test(arguments: [
        ("5.4.3", "Lua 5.4.3 has bugs that Moontide does not fence"),
        ("5.4.0", "Lua 5.4.0 has bugs that Moontide does not fence"),
        ("5.4.5", "Lua 5.4.5 closes coroutines by a call of its own, unlike every other release"),
        ("5.3.6", "the linked library is Lua 5.3.6, Moontide runs on Lua 5.4"),
        ("5.5.0", "the linked library is Lua 5.5.0, Moontide runs on Lua 5.4"),
    ])
    func theseReleasesAreRefused(_ text: String, _ reason: String) {
        let error = #expect(throws: LuaError.self) { try LuaRelease.usable(Self.ident(text)) }
        #expect(error?.message == reason + ": install Lua 5.4.8, or another of 5.4.4, 5.4.6 and 5.4.7")
    }

    @Test func aLibraryWithoutAReleaseIsRefused() {
        let error = #expect(throws: LuaError.self) { try LuaRelease.usable("some fork") }
        #expect(
            error?.message
                == "the linked Lua does not tell its release (\"some fork\"): "
                + "install Lua 5.4.8, or another of 5.4.4, 5.4.6 and 5.4.7")
    }

    static let always: [Int] = [3, 5, 6, 7, 10]

    @Test(arguments: [
        ("5.4.4", true, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), ("5.4.4", false, [1, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("5.4.6", true, [3, 4, 5, 6, 7, 8, 9, 10]), ("5.4.7", true, [3, 4, 5, 6, 7, 9, 10]),
        ("5.4.8", true, always), ("5.4.9", false, always),
    ])
    func theFencesOfARelease(_ text: String, _ confined: Bool, _ rows: [Int]) throws {
        let release = try #require(LuaRelease(ident: Self.ident(text)))
        #expect(LuaFence.all.filter { $0.stands(on: release, confined: confined) }.map(\.row) == rows)
        let needed = LuaFences.needed(by: release, confined: confined)
        #expect(LuaFence.all.filter { needed.contains($0.option) }.map(\.row) == rows)
    }

    @Test func everyFenceHasABitOfItsOwn() {
        let bits = LuaFence.all.map(\.option.rawValue)
        #expect(Set(bits).count == 10)
        #expect(bits.allSatisfy { $0.nonzeroBitCount == 1 })
    }

    @Test func theWarningOfAReleaseBeforeTheLastBugs() {
        #expect(
            LuaRelease(5, 4, 4).warning(hasConfinedPacks: true)
                == "Lua 5.4.4 has known bugs that hostile scripts can use. Moontide fences those it knows; `__concat` and "
                + "`<close>` are off in confined packs. Use Lua 5.4.8 or later for packs you do not trust.")
        #expect(
            LuaRelease(5, 4, 7).warning(hasConfinedPacks: true)
                == "Lua 5.4.7 has known bugs that hostile scripts can use. Moontide fences those it knows. "
                + "Use Lua 5.4.8 or later for packs you do not trust.")
    }

    @Test func thereIsNoWarningWithoutConfinedPacksOrBugs() {
        #expect(LuaRelease(5, 4, 4).warning(hasConfinedPacks: false) == nil)
        #expect(LuaRelease(5, 4, 8).warning(hasConfinedPacks: true) == nil)
        #expect(LuaRelease(5, 4, 10).warning(hasConfinedPacks: true) == nil)
    }
}
