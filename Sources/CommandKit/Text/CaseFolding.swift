extension String {
    /// The text with every code point in lower case, each for itself: no locale, no context.
    ///
    /// Two names that differ in nothing else are one command where case does not count.
    var loweredByScalar: String {
        if utf8.allSatisfy({ $0 < 0x80 && !(0x41...0x5A).contains($0) }) { return self }
        var lowered = ""
        lowered.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            if scalar.value < 0x80 {
                let isUpper = (0x41...0x5A).contains(scalar.value)
                lowered.unicodeScalars.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
            } else {
                lowered += scalar.properties.lowercaseMapping
            }
        }
        return lowered
    }
}
