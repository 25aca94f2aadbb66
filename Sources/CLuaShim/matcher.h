/// Lua's pattern matching with a budget. What `patterns.c` makes the library's functions of.
#ifndef MOONTIDE_SHIM_MATCHER_H
#define MOONTIDE_SHIM_MATCHER_H

#include "steps.h"

/// How deep quantifiers and captures may nest, and how many captures there may be: as in stock Lua.
#define MT_MATCH_DEPTH 200
#define MT_MAX_CAPTURES 32
/// A capture that is still open, and one that is a position.
#define MT_CAPTURE_OPEN (-1)
#define MT_CAPTURE_POSITION (-2)

typedef struct mt_matcher {
    const char *subject, *subject_end;
    const char *pattern_end;
    mt_steps steps;
    int depth;  // levels left
    int level;  // captures so far, open ones counted
    struct {
        const char *start;
        ptrdiff_t length;
    } captures[MT_MAX_CAPTURES];
} mt_matcher;

/// A matcher for a subject and a pattern, both of which stay on the stack.
void mt_matcher_begin(mt_matcher *m, lua_State *L, const char *subject, size_t length, const char *pattern_end);
/// Matches `pattern` at `at`: where the match ends, or NULL. Raises for a malformed pattern and when the budget is
/// spent.
const char *mt_match(mt_matcher *m, const char *at, const char *pattern);
/// Pushes the captures; the whole match from `from` to `to` if there are none and `from` is not NULL. Answers how many.
int mt_push_captures(mt_matcher *m, const char *from, const char *to);
/// Pushes capture `index`, from 0; the whole match as capture 0 if there are none.
void mt_push_capture(mt_matcher *m, int index, const char *from, const char *to);
/// As `mt_push_capture`, but a text is answered, not pushed. MT_CAPTURE_POSITION: a number has been pushed.
ptrdiff_t mt_capture(mt_matcher *m, int index, const char *from, const char *to, const char **start);

#endif
