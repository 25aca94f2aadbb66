import CommandKit

extension FuzzTarget {
    /// A signature on the first line, and on the others what somebody wrote behind the command's name.
    static let signatures = FuzzTarget(
        name: "signatures", summary: "signatures, and the words of a call read by them, beside discord.py's rules",
        body: { bytes in
            let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            let text = String(decoding: parts.first ?? bytes[...], as: UTF8.self)
            let arguments = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
            cut(arguments)
            do throws(SignatureError) {
                let signature = try Signature(parsing: text, converters: ["member", "color"])
                check(signature)
                for mode in [QuoteMode.lenient, .strict] {
                    for options in allOptions { call(signature, arguments, mode, options) }
                }
            } catch {
                require((0...text.unicodeScalars.count).contains(error.offset), "the fault is inside the signature")
                let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
                require(lines.count == 3 && lines[2].hasSuffix("^"), "the error has three lines: \(error)")
            }
        })

    private static let allOptions = [false, true].flatMap { ignores in
        [false, true].map { raw in
            var options = ArgumentParser.Options()
            options.ignoresExtra = ignores
            options.restIsRaw = raw
            return options
        }
    }
}

private func check(_ signature: Signature) {
    for name in signature.names {
        require((1...Signature.longestName).contains(name.unicodeScalars.count), "a name has a length: \(name)")
        require(!name.unicodeScalars.contains { allBlanks.contains($0) || $0 == "|" }, "a name is one word: \(name)")
    }
    require(Set(signature.names).count == signature.names.count, "names differ")
    require(Set(signature.parameters.map(\.name)).count == signature.parameters.count, "parameters differ")
    require(signature.parameters.dropLast().allSatisfy { !$0.isRest }, "only the last takes the rest")
}

private func call(_ signature: Signature, _ arguments: String, _ mode: QuoteMode, _ options: ArgumentParser.Options) {
    var parser = ArgumentParser(
        signature, arguments: WordCursor(arguments, quotes: mode), usage: signature.usage(prefix: "!"), options: options
    )
    var step = parser.start()
    var turns = 0
    while true {
        turns += 1
        require(turns <= signature.parameters.count + 1, "each turn gives a parameter its value")
        switch step {
        case .need(_, let word):
            require(parser.currentParameter != nil, "a converter is asked for a parameter")
            step = word.utf8.count.isMultiple(of: 3) ? parser.fail() : parser.resume(with: .string(word))
        case .done(let values):
            require(values.count == signature.parameters.count, "each parameter has a value")
            return
        case .failed(let error):
            _ = error.message
            return
        }
    }
}

/// The words of a text by both rules, beside the rules written out without a thought for speed.
private func cut(_ text: String) {
    let strict = words(text, .strict)
    let theirs = StringView.words(text)
    require(strict.words == theirs.words, "strict words are discord.py's: \(strict.words) \(theirs.words)")
    require((strict.error == nil) == (theirs.failure == nil), "strict errors are discord.py's")
    // The book is slow: its time grows by the square.
    guard text.utf8.count < 400 else { return }
    require(words(text, .lenient).words == lenientWordsByTheBook(text), "lenient words are the book's")
}
