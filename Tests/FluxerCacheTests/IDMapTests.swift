import FluxerModel
import Testing

@testable import FluxerCache

@Suite("things by their ids")
struct IDMapTests {
    @Test("whatever is put in, changed and taken out, it holds what a dictionary would, in the order of ids")
    func likeADictionary() {
        let seed = UInt64.random(in: .min ... .max)
        var random = seed
        func next(_ bound: UInt64) -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % bound
        }
        var map = IDMap<Role>()
        var known: [RoleID: Role] = [:]
        for step in 0..<5_000 {
            let id = RoleID(next(60))
            switch next(4) {
            case 0:
                #expect(map.remove(id) == known.removeValue(forKey: id), "seed \(seed), step \(step)")
            case 1:
                let isThere = map.update(id) { $0.position = step }
                #expect(isThere == (known[id] != nil), "seed \(seed), step \(step)")
                known[id]?.position = step
            default:
                let role = Role(id: id, name: "\(step)")
                #expect(map.set(role) == known.updateValue(role, forKey: id), "seed \(seed), step \(step)")
            }
            #expect(map[id] == known[id], "seed \(seed), step \(step)")
        }
        #expect(map.values == known.values.sorted { $0.id < $1.id }, "seed \(seed)")
        #expect(map.count == known.count)
    }
}
