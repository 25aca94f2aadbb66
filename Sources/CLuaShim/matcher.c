/// Lua's patterns, matched by backtracking as the manual describes them, with a charge for each step.
///
/// What ends with "pattern too complex" in stock Lua does so here: a level of depth is used where something has to be
/// tried that may fail, which is at a quantifier and at a bracket of a capture.
#include "matcher.h"
#include <ctype.h>
#include <string.h>

static inline int byte_of(const char *at) { return (unsigned char)*at; }

void mt_matcher_begin(mt_matcher *m, lua_State *L, const char *subject, size_t length, const char *pattern_end) {
    m->subject = subject;
    m->subject_end = subject + length;
    m->pattern_end = pattern_end;
    m->steps = (mt_steps){L, MT_STEPS};
    m->depth = MT_MATCH_DEPTH;
    m->level = 0;
}

// Single characters ---------------------------------------------------------------------------------------------------

/// Whether `c` is in the class that follows a `%`.
static int is_in_class(int c, int name) {
    int found;
    switch (tolower(name)) {
    case 'a':
        found = isalpha(c);
        break;
    case 'c':
        found = iscntrl(c);
        break;
    case 'd':
        found = isdigit(c);
        break;
    case 'g':
        found = isgraph(c);
        break;
    case 'l':
        found = islower(c);
        break;
    case 'p':
        found = ispunct(c);
        break;
    case 's':
        found = isspace(c);
        break;
    case 'u':
        found = isupper(c);
        break;
    case 'w':
        found = isalnum(c);
        break;
    case 'x':
        found = isxdigit(c);
        break;
    case 'z':  // not in the manual any more, but stock Lua has it
        found = c == 0;
        break;
    default:
        return name == c;
    }
    return isupper(name) ? !found : found != 0;
}

/// Whether `c` is in the set from `[` to `]`.
static int is_in_set(mt_matcher *m, int c, const char *at, const char *closing) {
    int inside = 1;
    const char *begin = at;
    if (at[1] == '^') {
        inside = 0;
        at++;
    }
    for (at++; at < closing; at++) {
        if (*at == '%') {
            at++;
            if (is_in_class(c, byte_of(at))) goto found;
        } else if (at[1] == '-' && at + 2 < closing) {
            if (byte_of(at) <= c && c <= byte_of(at + 2)) goto found;
            at += 2;
        } else if (byte_of(at) == c) {
            goto found;
        }
    }
    inside = !inside;
found:
    if (at - begin > 16) mt_count(&m->steps, (size_t)(at - begin) / 16);
    return inside;
}

/// Where the item that stands for one character ends.
static const char *end_of_item(mt_matcher *m, const char *at) {
    char first = *at++;
    if (first == '%') {
        if (at == m->pattern_end) luaL_error(m->steps.L, "malformed pattern (ends with '%%')");
        return at + 1;
    }
    if (first != '[') return at;
    const char *begin = at;
    if (*at == '^') at++;
    do {  // a closing bracket in the first place is a member
        if (at == m->pattern_end) luaL_error(m->steps.L, "malformed pattern (missing ']')");
        char c = *at++;
        if (c == '%' && at < m->pattern_end) at++;
    } while (*at != ']');
    if (at - begin > 16) mt_count(&m->steps, (size_t)(at - begin) / 16);
    return at + 1;
}

/// Whether the character at `at` is what the item says.
static inline int is_single(mt_matcher *m, const char *at, const char *item, const char *item_end) {
    if (at >= m->subject_end) return 0;
    int c = byte_of(at);
    switch (*item) {
    case '.':
        return 1;
    case '%':
        return is_in_class(c, byte_of(item + 1));
    case '[':
        return is_in_set(m, c, item, item_end - 1);
    default:
        return byte_of(item) == c;
    }
}

// Items of more than one character ------------------------------------------------------------------------------------

/// `%bxy`: `arguments` are the two characters.
static const char *match_balance(mt_matcher *m, const char *at, const char *arguments) {
    if (m->pattern_end - arguments < 2)
        luaL_error(m->steps.L, "malformed pattern (missing arguments to '%%b')");
    if (at >= m->subject_end || *at != arguments[0]) return NULL;
    size_t open = 1;
    for (at++; at < m->subject_end; at++) {
        mt_step(&m->steps);
        if (*at == arguments[1]) {
            if (--open == 0) return at + 1;
        } else if (*at == arguments[0]) {
            open++;
        }
    }
    return NULL;
}

/// `%f[set]`: `set` is its bracket. The subject has a zero before its beginning and after its end.
static int is_frontier(mt_matcher *m, const char *at, const char *set, const char *closing) {
    int before = at == m->subject ? 0 : byte_of(at - 1);
    int here = at < m->subject_end ? byte_of(at) : 0;
    return !is_in_set(m, before, set, closing) && is_in_set(m, here, set, closing);
}

/// `%1` to `%9`: the text of an earlier capture again.
static const char *match_reference(mt_matcher *m, const char *at, int digit) {
    int index = digit - '1';
    if (index < 0 || index >= m->level || m->captures[index].length == MT_CAPTURE_OPEN)
        luaL_error(m->steps.L, "invalid capture index %%%d", index + 1);
    ptrdiff_t length = m->captures[index].length;
    if (length < 0 || m->subject_end - at < length) return NULL;  // a position matches nothing
    mt_count_bytes(&m->steps, (size_t)length);
    return memcmp(m->captures[index].start, at, (size_t)length) == 0 ? at + length : NULL;
}

static const char *match_repeated(mt_matcher *m, const char *at, const char *item, const char *item_end) {
    const char *far = at;
    for (; is_single(m, far, item, item_end); far++) mt_step(&m->steps);
    for (; far >= at; far--) {
        const char *end = mt_match(m, far, item_end + 1);
        if (end != NULL) return end;
    }
    return NULL;
}

static const char *match_shortest(mt_matcher *m, const char *at, const char *item, const char *item_end) {
    for (;; at++) {
        const char *end = mt_match(m, at, item_end + 1);
        if (end != NULL) return end;
        if (!is_single(m, at, item, item_end)) return NULL;
    }
}

static const char *open_capture(mt_matcher *m, const char *at, const char *pattern) {
    if (m->level >= MT_MAX_CAPTURES) luaL_error(m->steps.L, "too many captures");
    int is_position = *pattern == ')';
    m->captures[m->level].start = at;
    m->captures[m->level].length = is_position ? MT_CAPTURE_POSITION : MT_CAPTURE_OPEN;
    m->level++;
    const char *end = mt_match(m, at, pattern + is_position);
    if (end == NULL) m->level--;
    return end;
}

static const char *close_capture(mt_matcher *m, const char *at, const char *pattern) {
    int index = m->level - 1;
    while (index >= 0 && m->captures[index].length != MT_CAPTURE_OPEN) index--;
    if (index < 0) luaL_error(m->steps.L, "invalid pattern capture");
    m->captures[index].length = at - m->captures[index].start;
    const char *end = mt_match(m, at, pattern);
    if (end == NULL) m->captures[index].length = MT_CAPTURE_OPEN;
    return end;
}

// The pattern ---------------------------------------------------------------------------------------------------------

/// Goes on while nothing has to be tried that may fail.
static const char *match_here(mt_matcher *m, const char *at, const char *pattern) {
    while (pattern != m->pattern_end) {
        mt_step(&m->steps);
        switch (*pattern) {
        case '(':
            return open_capture(m, at, pattern + 1);
        case ')':
            return close_capture(m, at, pattern + 1);
        case '$':
            if (pattern + 1 == m->pattern_end) return at == m->subject_end ? at : NULL;
            break;
        case '%': {
            int name = byte_of(pattern + 1);  // a zero stands after the end of the pattern
            if (name == 'b') {
                at = match_balance(m, at, pattern + 2);
                if (at == NULL) return NULL;
                pattern += 4;
                continue;
            }
            if (name == 'f') {
                const char *set = pattern + 2;
                if (*set != '[') luaL_error(m->steps.L, "missing '[' after '%%f' in pattern");
                pattern = end_of_item(m, set);
                if (!is_frontier(m, at, set, pattern - 1)) return NULL;
                continue;
            }
            if (name >= '0' && name <= '9') {
                at = match_reference(m, at, name);
                if (at == NULL) return NULL;
                pattern += 2;
                continue;
            }
            break;
        }
        default:
            break;
        }
        const char *item_end = end_of_item(m, pattern);
        char quantifier = *item_end;
        if (!is_single(m, at, pattern, item_end)) {
            if (quantifier != '*' && quantifier != '?' && quantifier != '-') return NULL;
            pattern = item_end + 1;
            continue;
        }
        if (quantifier == '*') return match_repeated(m, at, pattern, item_end);
        if (quantifier == '-') return match_shortest(m, at, pattern, item_end);
        if (quantifier == '?') {
            const char *end = mt_match(m, at + 1, item_end + 1);
            if (end != NULL) return end;
            pattern = item_end + 1;
            continue;
        }
        at++;
        if (quantifier == '+') return match_repeated(m, at, pattern, item_end);
        pattern = item_end;
    }
    return at;
}

const char *mt_match(mt_matcher *m, const char *at, const char *pattern) {
    if (m->depth-- == 0) luaL_error(m->steps.L, "pattern too complex");
    const char *end = match_here(m, at, pattern);
    m->depth++;
    return end;
}

// Captures ------------------------------------------------------------------------------------------------------------

ptrdiff_t mt_capture(mt_matcher *m, int index, const char *from, const char *to, const char **start) {
    if (index >= m->level) {
        if (index != 0) luaL_error(m->steps.L, "invalid capture index %%%d", index + 1);
        *start = from;
        return to - from;
    }
    ptrdiff_t length = m->captures[index].length;
    *start = m->captures[index].start;
    if (length == MT_CAPTURE_OPEN) luaL_error(m->steps.L, "unfinished capture");
    if (length == MT_CAPTURE_POSITION) lua_pushinteger(m->steps.L, *start - m->subject + 1);
    return length;
}

void mt_push_capture(mt_matcher *m, int index, const char *from, const char *to) {
    const char *start;
    ptrdiff_t length = mt_capture(m, index, from, to, &start);
    if (length == MT_CAPTURE_POSITION) return;
    lua_pushlstring(m->steps.L, start, (size_t)length);
    mt_count_bytes(&m->steps, (size_t)length);
}

int mt_push_captures(mt_matcher *m, const char *from, const char *to) {
    int count = m->level == 0 && from != NULL ? 1 : m->level;
    luaL_checkstack(m->steps.L, count, "too many captures");
    for (int index = 0; index < count; index++) mt_push_capture(m, index, from, to);
    return count;
}

MT_END_OF_FILE
