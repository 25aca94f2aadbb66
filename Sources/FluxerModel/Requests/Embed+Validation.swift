extension Embed {
    /// Checks the limits that no instance can raise (rest.md 6.4). `path` is `embeds[0]`.
    func validate(_ path: String) throws(ValidationError) {
        try Check.length(title, atMost: 256, "\(path).title")
        try Check.length(description, atMost: 4096, "\(path).description")
        try Check.url(url, "\(path).url")
        if let color, !(0...0xFF_FFFF).contains(color) {
            throw ValidationError(field: "\(path).color", detail: "must be 0 to 16,777,215")
        }
        if let author {
            try Check.present(author.name, "\(path).author.name")
            try Check.length(author.name, atMost: 256, "\(path).author.name")
            try Check.url(author.url, "\(path).author.url")
            try Check.url(author.iconURL, "\(path).author.icon_url")
        }
        if let footer {
            try Check.present(footer.text, "\(path).footer.text")
            try Check.length(footer.text, atMost: 2048, "\(path).footer.text")
            try Check.url(footer.iconURL, "\(path).footer.icon_url")
        }
        try image?.validate("\(path).image")
        try thumbnail?.validate("\(path).thumbnail")
        try Check.count(fields.count, atMost: 25, "fields", "\(path).fields")
        for (index, field) in fields.enumerated() {
            try Check.length(field.name, atMost: 256, "\(path).fields[\(index)].name")
            try Check.length(field.value, atMost: 1024, "\(path).fields[\(index)].value")
        }
        for (name, value) in [("video", video), ("audio", audio)] where value != nil {
            throw ValidationError(field: "\(path).\(name)", detail: "cannot be sent")
        }
        if provider != nil { throw ValidationError(field: "\(path).provider", detail: "cannot be sent") }
        if !children.isEmpty { throw ValidationError(field: "\(path).children", detail: "cannot be sent") }
    }

    /// What counts towards the 6,000 characters of all embeds together.
    var countedLength: Int {
        var count = (title?.utf16.count ?? 0) + (description?.utf16.count ?? 0)
        count += (footer?.text.utf16.count ?? 0) + (author?.name.utf16.count ?? 0)
        for field in fields { count += field.name.utf16.count + field.value.utf16.count }
        return count
    }

    static func validate(_ embeds: [Embed]) throws(ValidationError) {
        var total = 0
        for (index, embed) in embeds.enumerated() {
            try embed.validate("embeds[\(index)]")
            total += embed.countedLength
        }
        try Check.count(total, atMost: 6000, "characters in all embeds together", "embeds")
    }
}

extension Embed.Media {
    func validate(_ path: String) throws(ValidationError) {
        try Check.present(url, "\(path).url")
        try Check.url(url, allowsAttachment: true, "\(path).url")
        try Check.length(description, atMost: 4096, "\(path).description")
    }
}
