/// Who may be notified by a message's text. What a value leaves out (nil) comes from the one it is merged over.
public struct AllowedMentions: Sendable, Hashable {
    /// A category: everyone the text names, nobody, or a list.
    public enum Choice<Subject>: Sendable, Hashable {
        case all
        case none
        case only([ID<Subject>])

        /// The ids of a list that is not empty; an empty list is nobody.
        var list: [ID<Subject>]? {
            if case .only(let ids) = self, !ids.isEmpty { ids } else { nil }
        }
    }

    /// `@everyone` and `@here`.
    public var everyone: Bool?
    public var users: Choice<User>?
    public var roles: Choice<Role>?
    /// The author of the message that is answered.
    public var repliedUser: Bool?
    /// Whether a request that was read named a list and a category.
    var hasListBesideParse = false

    public init(
        everyone: Bool? = nil, users: Choice<User>? = nil, roles: Choice<Role>? = nil, repliedUser: Bool? = nil
    ) {
        self.everyone = everyone
        self.users = users
        self.roles = roles
        self.repliedUser = repliedUser
    }

    /// The default: users and the answered author, no mass mentions, no roles.
    public static let safe = AllowedMentions(
        everyone: false, users: .all, roles: Choice.none, repliedUser: true)
    /// Nobody at all.
    public static let none = AllowedMentions(
        everyone: false, users: Choice.none, roles: Choice.none, repliedUser: false)
    /// Everything the text names.
    public static let all = AllowedMentions(everyone: true, users: .all, roles: .all, repliedUser: true)

    /// Field by field: this value's own, else the base's.
    public func merged(over base: AllowedMentions) -> AllowedMentions {
        AllowedMentions(
            everyone: everyone ?? base.everyone, users: users ?? base.users, roles: roles ?? base.roles,
            repliedUser: repliedUser ?? base.repliedUser)
    }

    /// Whether a list stands beside a category that is on as a whole, which the server refuses in a request's `parse`.
    public var isMixed: Bool {
        if hasListBesideParse { return true }
        guard users?.list != nil || roles?.list != nil else { return false }
        return everyone == true || users == .all || roles == .all
    }

    /// Whether a user named in the text is notified.
    public func allows(user: UserID) -> Bool { Self.allows(users, user) }
    /// Whether a role named in the text is notified.
    public func allows(role: RoleID) -> Bool { Self.allows(roles, role) }

    private static func allows<Subject>(_ choice: Choice<Subject>?, _ id: ID<Subject>) -> Bool {
        switch choice {
        case .all: true
        case .only(let ids): ids.contains(id)
        case .some(.none), nil: false
        }
    }

    func validate() throws(ValidationError) {
        if case .only(let ids) = users { try Check.count(ids.count, atMost: 100, "ids", "allowed_mentions.users") }
        if case .only(let ids) = roles { try Check.count(ids.count, atMost: 100, "ids", "allowed_mentions.roles") }
        if everyone == true, users?.list != nil || roles?.list != nil {
            throw ValidationError(
                field: "allowed_mentions.everyone", detail: "cannot be true beside a list of users or roles")
        }
    }
}
