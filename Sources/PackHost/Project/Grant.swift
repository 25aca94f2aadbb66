import LuaRuntime

/// What the operator lets a pack do, as `moontide.lua` says it.
public enum Grant: Sendable, Hashable {
    /// As the operator's own code: everything but the process and the token.
    case trusted
    /// All that its manifest asks for.
    case manifest
    /// These, of what its manifest asks for.
    case list([String])
    /// Nothing: it may register commands and answer in their context.
    case none

    /// What the pack may do; nil is everything.
    ///
    /// - Parameters:
    ///   - manifest: the pack's; nil where it has none.
    ///   - pack: its name, for errors.
    /// - Throws: where the grant cannot be: it names what the manifest does not, or there is no manifest.
    public func capabilities(of manifest: Manifest?, pack: String) throws(PackError) -> Set<LuaCapability>? {
        let asked = manifest?.capabilities ?? []
        switch self {
        case .trusted: return nil
        case .none: return []
        case .manifest:
            guard manifest != nil else { throw Grant.noManifest(pack) }
            return Set(asked.map { LuaCapability($0) })
        case .list(let words):
            if manifest == nil, !words.isEmpty { throw Grant.noManifest(pack) }
            for word in words where !asked.contains(word) {
                let asks =
                    asked.isEmpty ? "asks for nothing" : "asks for \(asked.map { "\"\($0)\"" }.joined(separator: ", "))"
                throw PackError(
                    .invalid, pack: pack,
                    "moontide.lua: packs.\(pack).grant has \"\(word)\", and its pack.lua \(asks): take it out, or add it to capabilities in pack.lua"
                )
            }
            return Set(words.map { LuaCapability($0) })
        }
    }

    private static func noManifest(_ pack: String) -> PackError {
        PackError(
            .invalid, pack: pack,
            "moontide.lua: packs.\(pack).grant cannot be: it has no pack.lua, whose capabilities say what can be granted. Write one, or trusted = true"
        )
    }

    /// What to write so that the pack has a capability that it lacks.
    public func hint(for capability: LuaCapability, manifest: Manifest?, pack: String) -> String {
        let isAsked = manifest?.capabilities.contains(capability.word) ?? false
        let asking = "add \"\(capability)\" to capabilities in the pack.lua of \(pack)"
        let granting: String
        switch self {
        case .trusted: return asking
        case .manifest: return asking
        case .none: granting = "grant = { \"\(capability)\" }"
        case .list(let words):
            granting = "grant = { \((words + [capability.word]).map { "\"\($0)\"" }.joined(separator: ", ")) }"
        }
        let operatorsPart = "write \(granting) at packs.\(pack) in moontide.lua"
        return isAsked ? operatorsPart : "\(asking), and \(operatorsPart)"
    }
}
