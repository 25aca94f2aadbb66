/// What the tests' patience depends on. `make test-tsan` defines THREAD_SANITIZER.
enum Sanitizer {
    /// Under the thread sanitizer a script takes twenty times as long.
    #if THREAD_SANITIZER
        static let isThread = true
    #else
        static let isThread = false
    #endif
}
