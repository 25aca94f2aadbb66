/// discord.py 2.7.1's `StringView`, kept as close to its source as Swift allows: what strict mode is held against.
struct StringView {
    enum Failure: Error, Equatable {
        case unexpected(Unicode.Scalar), invalidEnd(Unicode.Scalar), unclosed(Unicode.Scalar)
    }

    var index = 0
    let buffer: [Unicode.Scalar]
    var previous = 0

    init(_ text: String) { buffer = Array(text.unicodeScalars) }

    var current: Unicode.Scalar? { index < buffer.count ? buffer[index] : nil }
    var eof: Bool { index >= buffer.count }
    mutating func undo() { index = previous }

    mutating func get() -> Unicode.Scalar? {
        let result = index + 1 < buffer.count ? buffer[index + 1] : nil
        previous = index
        index += 1
        return result
    }

    mutating func skipBlanks() {
        previous = index
        while index < buffer.count, allBlanks.contains(buffer[index]) { index += 1 }
    }

    mutating func quotedWord() throws -> String? {
        guard var current else { return nil }
        let close = allQuotePairs.first { $0.0 == current }?.1
        var result: [Unicode.Scalar] = close == nil ? [current] : []
        let escapable = close.map { [current, $0] } ?? allQuotes
        while !eof {
            guard let read = get() else {
                if let close { throw Failure.unclosed(close) }
                return joined(result)
            }
            current = read
            if current == "\\" {
                guard let next = get() else {
                    if let close { throw Failure.unclosed(close) }
                    return joined(result)
                }
                if escapable.contains(next) {
                    result.append(next)
                } else {
                    undo()
                    result.append(current)
                }
                continue
            }
            if close == nil, allQuotes.contains(current) { throw Failure.unexpected(current) }
            if close == current {
                if let next = get(), !allBlanks.contains(next) { throw Failure.invalidEnd(next) }
                return joined(result)
            }
            if allBlanks.contains(current), close == nil { return joined(result) }
            result.append(current)
        }
        return nil
    }

    private func joined(_ scalars: [Unicode.Scalar]) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    static func words(_ text: String) -> (words: [String], failure: Failure?) {
        var view = StringView(text)
        var words: [String] = []
        while true {
            view.skipBlanks()
            do {
                guard let word = try view.quotedWord() else { return (words, nil) }
                words.append(word)
            } catch {
                return (words, error as? Failure)
            }
        }
    }
}

/// The lenient rules as the design states them, without a thought for speed.
func lenientWordsByTheBook(_ text: String) -> [String] {
    let buffer = Array(text.unicodeScalars)
    func isBlankOrEnd(_ index: Int) -> Bool { index >= buffer.count || allBlanks.contains(buffer[index]) }
    func word(_ range: Range<Int>) -> String {
        var word = ""
        for index in range {
            if buffer[index] == "\\" {
                if index + 1 < range.upperBound, allQuotes.contains(buffer[index + 1]) { continue }
                if index + 1 == buffer.count, range.count > 1 { continue }
            }
            word.unicodeScalars.append(buffer[index])
        }
        return word
    }
    var words: [String] = []
    var index = 0
    while index < buffer.count {
        if isBlankOrEnd(index) {
            index += 1
            continue
        }
        if let close = allQuotePairs.first(where: { $0.0 == buffer[index] })?.1,
            let closer = (index + 1..<buffer.count).first(where: {
                buffer[$0] == close && ($0 == index + 1 || buffer[$0 - 1] != "\\") && isBlankOrEnd($0 + 1)
            })
        {
            words.append(word(index + 1..<closer))
            index = closer + 1
        } else {
            var end = index
            while !isBlankOrEnd(end) { end += 1 }
            words.append(word(index..<end))
            index = end
        }
    }
    return words
}
