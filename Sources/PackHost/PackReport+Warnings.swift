extension PackReport {
    /// The report with further warnings in front.
    public func warning(_ lines: [String]) -> PackReport {
        lines.isEmpty
            ? self
            : PackReport(
                pack: pack, generation: generation, isReload: isReload, changes: changes, warnings: lines + warnings,
                seconds: seconds)
    }
}
